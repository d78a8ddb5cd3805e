"""
What names mean in a stub, and how annotations of other modules are written there.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final, final

import attrs

from flowkit.analysis.modules import IMPORT_MAP, Alias, definition_in, definition_of, names_in
from flowkit.stubs.static_conditions import is_importable

_ANY: Final = "Any"
# Their subscripts are values, not types.
_LITERALS: Final = {"Literal"}
_COMPUTED: Final = (
    ast.Lambda, ast.IfExp, ast.BoolOp, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Await, ast.Yield,
    ast.NamedExpr, ast.JoinedStr,
)  # fmt: skip
_TYPED_MODULES: Final = {"typing", "typing_extensions", "warnings"}
# A longer value is data.
_MAX_VALUE: Final = 2000


@final
@attrs.define(eq=False)
class StubScope:
    """
    The names of one stub.

    Args:
        module: The module of the stub.

        bound: What each of its names is: where it is imported from, `None` for names that the module defines, or `Any`
            for those of which nothing is known.
    """

    module: str

    bound: dict[str, Alias | None] = attrs.field(factory=dict)

    unknown: set[str] = attrs.field(factory=set)
    """Names without a type: a type that mentions one is written as `Any`."""

    added: dict[str, Alias] = attrs.field(factory=dict)
    """Names that annotations need in addition, and what is imported as them."""

    _local: tuple[frozenset[str], ...] = ()

    def annotation(self, node: ast.expr, module: str) -> str:
        """
        Return the text of an annotation of *module*, valid in the stub.
        """
        return ast.unparse(_Annotation(self, module).visit(_copied(node)))

    @contextmanager
    def within(self, names: Iterable[str]) -> Iterator[None]:
        """
        Return a context in which the names of a class are known, too.
        """
        before = self._local
        self._local = (*before, frozenset(names))
        yield
        self._local = before

    def is_plain(self, node: ast.expr) -> bool:
        """
        Return whether a value can be written in the stub as it is.
        """
        for part in ast.walk(node):
            if isinstance(part, _COMPUTED):
                return False
            if isinstance(part, ast.Name) and self.name_of(part.id, self.module) is None:
                return False
        return len(ast.unparse(node)) <= _MAX_VALUE

    def keeps(self, decorator: ast.expr) -> bool:
        """
        Return whether a decorator can be written in the stub.
        """
        root = decorator
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name) and any(root.id in names for names in self._local):
            return True
        return self.is_plain(decorator)

    def is_class(self, annotation: ast.expr) -> bool:
        """
        Return whether an annotation is the name of a class, and no type variable.
        """
        definition = definition_in(self.module, annotation)
        return definition is not None and isinstance(definition.node, ast.ClassDef)

    def is_typed(self, decorator: ast.expr) -> bool:
        """
        Return whether a decorator is one that type checkers know.
        """
        function = decorator.func if isinstance(decorator, ast.Call) else decorator
        alias = self.bound.get(function.id) if isinstance(function, ast.Name) else None
        return alias is not None and alias.module in _TYPED_MODULES

    def any(self) -> str:
        """
        Return the name of `typing.Any` in the stub.
        """
        return self.imported(Alias("typing", _ANY))

    def class_var(self, annotation: str) -> str:
        """
        Return the annotation of an attribute of a class.
        """
        return f"{self.imported(Alias('typing', 'ClassVar'))}[{annotation}]"

    def imported(self, alias: Alias) -> str:
        """
        Return the name in the stub of what *alias* imports.
        """
        wanted = alias.name or alias.module.rpartition(".")[2]
        for name, other in (*self.bound.items(), *self.added.items()):
            if other is not None and (other.module, other.name) == (alias.module, alias.name):
                return name
        name = wanted
        while name in self.bound or name in self.added or hasattr(builtins, name):
            name = f"_{name}"
        self.added[name] = alias
        return name

    def name_of(self, name: str, module: str) -> str | None:
        """
        Return the name in the stub of what *name* means in *module*; `None` if a type cannot mention it.
        """
        if module == self.module and any(name in names for names in self._local):
            return name
        if module == self.module and name in self.bound:
            return None if name in self.unknown else name
        names = names_in(module)
        meanings = names.names.get(name, ()) if names else ()
        if not meanings:
            return name if hasattr(builtins, name) else None
        for meaning in meanings:
            if isinstance(meaning, Alias) and is_importable(meaning.module, meaning.name):
                return self.imported(canonical(meaning))
        if any(not isinstance(meaning, Alias) for meaning in meanings):
            return self.imported(Alias(module, name))
        return None


def canonical(alias: Alias) -> Alias:
    """
    Return where a class or function is defined if the module of *alias* decides that when it is imported.

    Some type checkers know nothing about a name that depends on the version of Airflow.
    """
    names = names_in(alias.module) if alias.name else None
    if names is None or alias.name is None:
        return alias
    if len(names.names.get(alias.name, ())) < 2 and IMPORT_MAP not in names.names:
        return alias
    definition = definition_of(alias.module, alias.name)
    return alias if definition is None else Alias(definition.module, definition.name)


def _is_function(module: str, node: ast.expr) -> bool:
    # As in `def client() -> boto3.client`, a mistake of several providers.
    definition = definition_in(module, node)
    # Those of `typing` are special forms, such as `Optional`.
    return (
        definition is not None
        and not isinstance(definition.node, ast.ClassDef)
        and definition.module not in _TYPED_MODULES
    )


def _member(module: str, dotted: str) -> Alias | None:
    """
    Return what `package.module.Name` means in *module*; `None` if it is not a name of an imported module.
    """
    root, *parts = dotted.split(".")
    names = names_in(module)
    for meaning in names.names.get(root, ()) if names else ():
        if isinstance(meaning, Alias):
            path = meaning.module if meaning.name is None else f"{meaning.module}.{meaning.name}"
            package = ".".join([path, *parts[:-1]])
            if is_importable(package, parts[-1]):
                return Alias(package, parts[-1])
    return None


def _copied(node: ast.expr) -> ast.expr:
    copy: ast.expr = ast.parse(ast.unparse(node), mode="eval").body
    return copy


@final
class _Annotation(ast.NodeTransformer):
    def __init__(self, scope: StubScope, module: str) -> None:
        self._scope = scope
        self._module = module

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, str):
            return node
        try:
            parsed = ast.parse(node.value.strip(), mode="eval").body
        except SyntaxError:
            return self._any()
        return self._visited(parsed)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if _is_function(self._module, node):
            return self._any()
        name = self._scope.name_of(node.id, self._module)
        return ast.Name(name) if name is not None else self._any()

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name) or _is_function(self._module, node):
            return self._any()
        alias = None if self._module == self._scope.module else _member(self._module, ast.unparse(node))
        if alias is not None:
            return ast.parse(self._scope.imported(alias), mode="eval").body
        if self._scope.name_of(root.id, self._module) is None:
            return self._any()
        return self._with_parts(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        name = getattr(node.value, "id", getattr(node.value, "attr", ""))
        value = self._visited(node.value)
        if getattr(value, "id", "") == self._scope.any() and name != _ANY:
            return value
        if name in _LITERALS:
            return ast.Subscript(value, node.slice)
        if name == "Annotated" and isinstance(node.slice, ast.Tuple):
            return self._visited(node.slice.elts[0])
        return ast.Subscript(value, self._visited(node.slice))

    def visit_Call(self, node: ast.Call) -> ast.expr:  # noqa: ARG002 - a method of `ast`
        return self._any()

    def _with_parts(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Attribute):
            return ast.Attribute(self._with_parts(node.value), node.attr)
        return self._visited(node)

    def _visited(self, node: ast.expr) -> ast.expr:
        visited: ast.expr = self.visit(node)
        return visited

    def _any(self) -> ast.expr:
        return ast.Name(self._scope.any())
