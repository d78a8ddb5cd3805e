"""
Lazily imported names: a proxy stands in for each object until it is first used.
"""

from __future__ import annotations

import importlib
import operator
import sys
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from typing import Any, Final, TypeGuard, TypeVar, cast, final

from flowkit.base.call_site import SourceLocation
from flowkit.base.errors import LazyImportError
from flowkit.base.problems import Problem
from flowkit.base.record import field, record
from flowkit.base.suggestions import did_you_mean

T = TypeVar("T")

_NOTHING: Final = object()
# Attributes of the proxy itself; `__class__` so that Airflow's `isinstance(name, DAG)` imports nothing.
_PROXY_ATTRIBUTES: Final = frozenset({"__class__", "__mro_entries__", "__reduce_ex__", "__reduce__"})


@record(eq=False, frozen=False)
class Import:
    """
    The import behind a lazily imported name.
    """

    module: str
    """The module that is imported, or imported from."""

    name: str | None
    """Its name in the module; `None` for the module itself."""

    location: SourceLocation
    """The line of the import."""

    also: list[str] = field(factory=list)
    """Submodules imported with it: `a.b` and `a.c`, where `import a.b` and `import a.c` bound the name `a`."""

    namespaces: list[tuple[dict[str, Any], str]] = field(factory=list)
    """Where it is bound: the globals of a module, and the name there."""

    child: Callable[[str], Any] | None = None
    """Returns the proxy of a submodule, inside the block of lazy imports."""

    value: Any = _NOTHING

    @property
    def path(self) -> str:
        """
        The module and the name in it.
        """
        return self.module if self.name is None else f"{self.module}.{self.name}"

    @property
    def loaded(self) -> bool:
        """
        Whether using the name would import nothing more.
        """
        return self.value is not _NOTHING or (not self.also and self.module in sys.modules)

    def load(self) -> Any:
        """
        Import it, and replace its proxy by the real object.

        Raises:
            LazyImportError: If there is no such module, or no such name in it.
        """
        if self.value is _NOTHING:
            value = self._import()
            for namespace, key in self.namespaces:
                bound = namespace.get(key)
                if type(bound) is LazyImport and import_of(bound) is self:
                    namespace[key] = value
            self.value = value
        return self.value

    def _import(self) -> Any:
        for name in (self.module, *self.also):
            self._import_module(name)
        module: Any = sys.modules[self.module]
        if self.name is None:
            return module
        value = getattr(module, self.name, _NOTHING)
        if value is not _NOTHING:
            return value
        if hasattr(module, "__path__"):
            try:
                return importlib.import_module(self.path)
            except ModuleNotFoundError as error:
                if error.name != self.path:
                    raise
        raise LazyImportError(no_such_name(self, dir(module)))

    def _import_module(self, name: str) -> None:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            # A module that exists but fails to import another one raises its own error.
            if error.name is None or not f"{name}.".startswith(f"{error.name}."):
                raise
            raise LazyImportError(no_such_module(self, error.name, ())) from error


def no_such_module(what: Import, missing: str, known: Sequence[str]) -> Problem:
    """
    Return the problem with an import of a module that does not exist; *missing* is the part not found.
    """
    inside = "" if missing == what.module else f": there is no {missing!r}"
    message = f"There is no module {what.module!r} to import lazily{inside}."
    otherwise = "Correct the name, or install the package that has it."
    # Among all installed packages, one is always somewhat similar.
    known = known if "." in missing else get_close_matches(missing, known, n=1, cutoff=0.8)
    return Problem("FK513", message, did_you_mean(missing, known, otherwise=otherwise), what.location)


def no_such_name(what: Import, known: Any) -> Problem:
    """
    Return the problem with an import of a name that its module does not have.
    """
    message = f"The module {what.module!r} has no {what.name!r} to import lazily."
    hint = did_you_mean(str(what.name), known, otherwise="Correct the name.")
    return Problem("FK514", message, hint, what.location)


@final
class LazyImport:
    """
    A proxy for a lazily imported object: any use of it imports the object and is forwarded to it.
    """

    __slots__ = ("_flowkit_import",)

    def __init__(self, what: Import) -> None:
        object.__setattr__(self, "_flowkit_import", what)

    def __getattribute__(self, name: str) -> Any:
        if name in _PROXY_ATTRIBUTES:
            return object.__getattribute__(self, name)
        what = import_of(self)
        return what.child(name) if what.child is not None else getattr(what.load(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(real(self), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(real(self), name)

    def __dir__(self) -> list[str]:
        return dir(real(self))

    def __repr__(self) -> str:
        # Debuggers and test runners print whatever they find: that must not import anything.
        return f"<lazy import of {import_of(self).path}>"

    def __mro_entries__(self, _: tuple[Any, ...]) -> tuple[Any, ...]:
        return (real(self),)

    def __reduce__(self) -> tuple[Any, ...]:
        what = import_of(self)
        return _unpickle, (what.module, what.name)

    def __reduce_ex__(self, _: Any) -> tuple[Any, ...]:
        return self.__reduce__()

    def __eq__(self, other: object) -> bool:
        if type(other) is LazyImport and import_of(self).path == import_of(other).path:
            return True
        return bool(real(self) == real(other))

    def __hash__(self) -> int:
        return hash(real(self))

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, cast("type", real(self)))

    def __subclasscheck__(self, subclass: type) -> bool:
        return issubclass(subclass, cast("type", real(self)))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """
        Call the real object.
        """
        return cast("Any", real(self))(*args, **kwargs)

    def __enter__(self) -> Any:
        return cast("Any", real(self)).__enter__()

    def __exit__(self, *error: object) -> Any:
        return cast("Any", real(self)).__exit__(*error)


def _unpickle(module: str, name: str | None) -> Any:
    return Import(module, name, SourceLocation("<unknown>", 0)).load()


def is_lazy(value: object) -> TypeGuard[LazyImport]:
    """
    Return whether *value* is a proxy, without importing anything.
    """
    return type(value) is LazyImport


def import_of(value: LazyImport) -> Import:
    """
    Return the import behind a proxy, without using it.
    """
    return cast("Import", object.__getattribute__(value, "_flowkit_import"))


def real(value: T) -> T:
    """
    Return *value*, or the real object if it is a proxy.

    Raises:
        LazyImportError: If the real object does not exist.
    """
    return cast("T", import_of(value).load()) if is_lazy(value) else value


def name_of(value: Any) -> str:
    """
    Return the `__name__` of *value*, without importing it.
    """
    if type(value) is LazyImport:
        return import_of(value).path.rpartition(".")[2]
    while type(value) is partial:
        value = value.func
    return str(getattr(value, "__name__", type(value).__name__))


def identity(value: Any) -> object:
    """
    Return a key to compare classes by: where it was defined, so that a lazily imported class equals the real one.
    """
    if type(value) is LazyImport:
        what = import_of(value)
        if what.value is _NOTHING:
            return what.module, what.name
        value = what.value
    name = getattr(value, "__qualname__", "")
    return value if not name or "<locals>" in name else (value.__module__, name)


# Python looks up operators in the class, not in the instance.
_UNARY: Final[Mapping[str, Callable[..., Any]]] = {
    "__abs__": abs, "__bool__": bool, "__bytes__": bytes, "__complex__": complex, "__float__": float,
    "__index__": operator.index, "__int__": int, "__invert__": operator.invert, "__iter__": iter, "__len__": len,
    "__neg__": operator.neg, "__next__": next, "__pos__": operator.pos, "__reversed__": reversed, "__str__": str,
    "__fspath__": lambda value: value.__fspath__(), "__aiter__": lambda value: value.__aiter__(),
    "__aenter__": lambda value: value.__aenter__(), "__await__": lambda value: value.__await__(),
}  # fmt: skip
_OTHERS: Final[Mapping[str, Callable[..., Any]]] = {
    "__contains__": operator.contains, "__delitem__": operator.delitem, "__getitem__": operator.getitem,
    "__setitem__": operator.setitem, "__format__": format, "__ge__": operator.ge, "__gt__": operator.gt,
    "__le__": operator.le, "__lt__": operator.lt, "__divmod__": divmod, "__round__": round,
    "__aexit__": lambda value, *error: value.__aexit__(*error),
}  # fmt: skip
_BINARY: Final = (
    "add", "and", "floordiv", "lshift", "matmul", "mod", "mul", "or", "pow", "rshift", "sub", "truediv", "xor",
)  # fmt: skip


def _forward(function: Callable[..., Any]) -> Callable[..., Any]:
    def forwarded(self: LazyImport, *others: Any) -> Any:
        return function(real(self), *others)

    return forwarded


def _reflect(function: Callable[..., Any]) -> Callable[..., Any]:
    def reflected(self: LazyImport, other: Any) -> Any:
        return function(other, real(self))

    return reflected


for _name, _function in (*_UNARY.items(), *_OTHERS.items()):
    setattr(LazyImport, _name, _forward(_function))
for _name in _BINARY:
    _function = getattr(operator, f"__{_name}__")
    setattr(LazyImport, f"__{_name}__", _forward(_function))
    setattr(LazyImport, f"__r{_name}__", _reflect(_function))


declared: Final[dict[str, tuple[dict[str, Any], list[Import]]]] = {}
"""By file: the globals that it last ran in, and the imports of its blocks."""
