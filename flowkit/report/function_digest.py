"""
What a Python function does, as a digest: of its source without comments and layout, and of what it reaches.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import types
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final, final

import attrs

from flowkit.base.call_site import is_users
from flowkit.base.lazy_names import LazyImport, import_of, real
from flowkit.base.sensitive import HIDDEN, Hidden, Masking

_PLAIN = (str, bytes, int, float, bool, type(None))
_LENGTH: Final = 16


@final
@attrs.frozen
class Source:
    """
    The source of one function or class.
    """

    digest: str
    """Changes with everything but comments, layout, and secrets."""

    hidden: Hidden | None
    """Stands for the secrets in it; `None`: there are none."""


def unwrapped(function: Any) -> Any:
    """
    Return the function that decorators such as `functools.wraps` have put others around.
    """
    function = at_hand(function)
    if type(function) is LazyImport:
        return function
    seen = set()
    while hasattr(function, "__wrapped__") and id(function) not in seen:
        seen.add(id(function))
        function = function.__wrapped__
    return function


def at_hand(value: Any) -> Any:
    """
    Return what a lazily imported name stands for, when that is the user's own or is imported already.

    Others stay as they are: to show a pipeline is no reason to import a heavy library.
    """
    if type(value) is not LazyImport:
        return value
    what = import_of(value)
    return real(value) if what.loaded or _is_users_module(what.module) else value


@cache
def _is_users_module(module: str) -> bool:
    try:
        spec = importlib.util.find_spec(module.partition(".")[0])
    except (ImportError, ValueError):
        return False
    found = (spec.origin or next(iter(spec.submodule_search_locations or ()), None)) if spec else None
    return found is not None and is_users(found)


def source_of(thing: Any, masking: Masking) -> Source | None:
    """
    Return the source of a function or a class of the user's; `None` where there is none to be read.
    """
    if isinstance(thing, type):
        file = _file_of(thing)
        nodes = _classes(file).get(thing.__qualname__, ()) if file else ()
    else:
        code = getattr(unwrapped(thing), "__code__", None)
        if code is None or not is_users(code.co_filename):
            return None
        nodes = _functions(code.co_filename).get((code.co_name, code.co_firstlineno), ())
    return _digested(nodes, masking) if nodes else None


@cache
def _digested(nodes: tuple[ast.AST, ...], masking: Masking) -> Source:
    # What the author called a password is not told apart by a digest that anybody could try passwords against.
    secrets = list(_Secrets(masking).found_in(nodes))
    kept = [(secret, secret.value) for secret in secrets]
    for secret in secrets:
        secret.value = HIDDEN
    text = "\n".join(ast.unparse(node) for node in nodes)
    for secret, value in kept:
        secret.value = value
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]
    return Source(digest, masking.hidden([value for _, value in kept]) if kept else None)


def _file_of(kind: type) -> str | None:
    # A class knows its file by its methods: a module that flowkit loaded may be out of `sys.modules` again.
    for value in vars(kind).values():
        code = getattr(unwrapped(value), "__code__", None)
        # Those that attrs and dataclasses make stand in no file.
        if code is not None and not code.co_filename.startswith("<"):
            return str(code.co_filename) if is_users(code.co_filename) else None
    return None


@cache
def _tree(file: str) -> ast.Module:
    try:
        return ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])


@cache
def _functions(file: str) -> dict[tuple[str, int], tuple[ast.AST, ...]]:
    found: dict[tuple[str, int], tuple[ast.AST, ...]] = {}
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            line = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            key = (node.name, line)
        elif isinstance(node, ast.Lambda):
            # Python 3.10 does not say in which column: those of one line count as one.
            key = ("<lambda>", node.lineno)
        else:
            continue
        found[key] = (*found.get(key, ()), node)
    return found


@cache
def _classes(file: str) -> dict[str, tuple[ast.AST, ...]]:
    return dict(_named_classes(_tree(file), ""))


def _named_classes(node: ast.AST, prefix: str) -> Iterator[tuple[str, tuple[ast.AST, ...]]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield f"{prefix}{child.name}", (child,)
            yield from _named_classes(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _named_classes(child, f"{prefix}{child.name}.<locals>.")
        else:
            yield from _named_classes(child, prefix)


@final
@attrs.frozen
class _Secrets:
    """
    Finds the texts in a source that stand under a sensitive name.
    """

    masking: Masking

    def found_in(self, nodes: tuple[ast.AST, ...]) -> Iterator[ast.Constant]:
        for top in nodes:
            for node in ast.walk(top):
                for name, value in self._named(node):
                    text = _text(value)
                    if text is not None and self.masking.is_sensitive(name):
                        yield text
                text = _text(node)
                if text is not None and len(list(self.masking.split(str(text.value)))) > 1:
                    yield text

    @staticmethod
    def _named(node: ast.AST) -> Iterator[tuple[object, ast.expr | None]]:
        if isinstance(node, ast.keyword):
            yield node.arg, node.value
        elif isinstance(node, ast.Assign):
            yield from ((getattr(to, "id", getattr(to, "attr", None)), node.value) for to in node.targets)
        elif isinstance(node, ast.AnnAssign):
            yield getattr(node.target, "id", getattr(node.target, "attr", None)), node.value
        elif isinstance(node, ast.Dict):
            yield from (
                (getattr(key, "value", None), value)
                for key, value in zip(node.keys, node.values, strict=True)
            )
        elif isinstance(node, ast.arguments):
            given = [*node.posonlyargs, *node.args]
            with_default = given[len(given) - len(node.defaults) :]
            yield from ((one.arg, value) for one, value in zip(with_default, node.defaults, strict=True))
            yield from (
                (one.arg, value) for one, value in zip(node.kwonlyargs, node.kw_defaults, strict=True)
            )


def _text(node: ast.AST | None) -> ast.Constant | None:
    return node if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def reached_by(function: Any) -> dict[str, Any]:
    """
    Return what else decides over what *function* does: by name, functions and classes of the user's that it names,
    and theirs; plain values of its module; and what it was made with (the variables of the function around it).
    """
    found: dict[str, Any] = {}
    _reach(unwrapped(function), found)
    return dict(sorted(found.items()))


def _reach(function: Any, found: dict[str, Any]) -> None:
    if not isinstance(function, types.FunctionType) or not is_users(function.__code__.co_filename):
        return
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        with suppress(ValueError):  # a cell that is not filled yet
            value = cell.cell_contents
            if not _take(f"{name} (closure)", value, found):
                found.setdefault(f"{name} (closure)", value)
    names = set(_names(function.__code__))
    for name in sorted(names):
        value = function.__globals__.get(name)
        if isinstance(value, types.ModuleType):
            if is_users(getattr(value, "__file__", None) or "<"):
                for attribute in sorted(names & vars(value).keys()):
                    _take(f"{value.__name__}.{attribute}", vars(value)[attribute], found)
        elif name in function.__globals__ and value is not function:
            _take(f"{module_of(function)}.{name}", value, found)


def _take(name: str, value: Any, found: dict[str, Any]) -> bool:
    """
    Note what a name stands for, and return whether it is of a kind that a function reaches.
    """
    if isinstance(value, _PLAIN):
        found.setdefault(name, value)
        return True
    value = unwrapped(value)
    if isinstance(value, type):
        if _file_of(value) is not None:
            found.setdefault(name_of(value), value)
        return True
    if isinstance(value, types.FunctionType):
        name = name_of(value)
        if is_users(value.__code__.co_filename) and name not in found:
            found[name] = value
            _reach(value, found)
        return True
    return isinstance(value, types.ModuleType)


def _names(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)


def name_of(thing: Callable[..., Any] | type[Any]) -> str:
    """
    Return the full name of a function or a class, as it would be imported.
    """
    name = getattr(thing, "__qualname__", type(thing).__qualname__)
    return f"{module_of(thing)}.{name}"


def module_of(thing: Any) -> str:
    """
    Return the module of a function or a class; of a DAG file, which flowkit loads under a name of its own, its stem.
    """
    module = str(getattr(thing, "__module__", None) or type(thing).__module__)
    if module.startswith("flowkit_loaded_"):
        return module.split("_", 3)[3]
    return module
