"""
The parts of a file that the rules of the plugin need, collected in one walk: mypy waits for this at every file.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any, Final, final

from flowkit.analysis.vocabulary import INSPECTING_BUILTINS

_FLOWKIT_MODULES: Final = {"flowkit", "flowkit.airflow.dags"}
# Fields that hold nothing of interest.
_SKIPPED_FIELDS: Final = {"ctx", "id", "op", "ops", "names", "type_comment", "type_ignores"}

_TRUTH_TESTS: Final = {
    ast.If,
    ast.IfExp,
    ast.While,
    ast.For,
    ast.AsyncFor,
    ast.comprehension,
    ast.Compare,
    ast.BoolOp,
    ast.Not,
    ast.Assert,
    ast.Match,
}
_LOOPS: Final = {ast.For, ast.AsyncFor, ast.comprehension}
_FUNCTIONS: Final = {ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda}


@cache
def _fields(kind: type[ast.AST | str | None]) -> tuple[str, ...]:
    """
    Return the fields of a node of *kind* that may hold other nodes; none if it is not a node.
    """
    if kind is ast.alias or kind is ast.Constant or not issubclass(kind, ast.AST):
        return ()
    return tuple(field for field in kind._fields if field not in _SKIPPED_FIELDS)


@final
class FileSyntax:
    """
    The names, assignments and calls of a file.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.body: list[ast.stmt] = tree.body
        """The statements of the module."""
        self.imported: dict[str, ast.ImportFrom] = {}
        """The imports from flowkit, by name; those with `as` are left out."""
        self.read: Counter[str] = Counter()
        """How often each name is read."""
        self.bound: Counter[str] = Counter()
        """How often each name is bound."""
        self.outputs: Counter[str] = Counter()
        """How often each name is read only for its `output`."""
        self.assigned: list[ast.Assign] = []
        self.calls: list[ast.Call] = []
        self.functions: int = 0
        """How many functions are not statements of the module: lambdas, methods and inner functions."""
        self.loops: int = 0

        self._flowkit_names: set[str] = set()
        """The names that may refer to something of flowkit."""
        self._foreign: set[str] = set()
        """The names of other modules, and the names imported from them."""
        self._flowkit_uses = 0
        self._testing = self._discarding = self._deferred = False
        """Whether it tests truth values, may discard builders, and has values that are deferred."""
        self._local: set[str] = set()
        self._read(tree)

    @property
    def is_suspicious(self) -> bool:
        """
        Whether builders may be discarded or outputs used too early, so that the source rules are worth their time.
        """
        discarded = any(self.bound[name] > 1 or not self.read[name] for name in self._local)
        return self._discarding or discarded or (self._testing and self._deferred)

    def _read(self, tree: ast.Module) -> None:
        for statement in tree.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign):
                targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                self._flowkit_names.update(target.id for target in targets if isinstance(target, ast.Name))
        for statement in tree.body:
            before = self._flowkit_uses, self._testing, self._discarding
            assigned = len(self.assigned)
            self._walk(statement)
            if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if self._flowkit_uses == before[0]:
                # It runs in a task.
                _, self._testing, self._discarding = before
            else:
                self._flowkit_names.add(statement.name)
                assigned_to = (target for assign in self.assigned[assigned:] for target in assign.targets)
                self._local.update(target.id for target in assigned_to if isinstance(target, ast.Name))

    def _walk(self, statement: ast.stmt) -> None:
        todo: list[Any] = [statement]
        while todo:
            node = todo.pop()
            kind: Any = type(node)
            collect = _COLLECTORS.get(kind)
            if collect is not None:
                collect(self, node)
            elif kind in _TRUTH_TESTS:
                self._testing = True
            if kind in _LOOPS:
                self.loops += 1
            elif kind in _FUNCTIONS:
                self.functions += node is not statement
            for field in _fields(kind):
                value = getattr(node, field, None)
                if type(value) is list:
                    todo += value
                else:
                    todo.append(value)

    def _name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.bound[node.id] += 1
            return
        self.read[node.id] += 1
        self._flowkit_uses += node.id in self._flowkit_names

    def _attribute(self, node: ast.Attribute) -> None:
        if node.attr == "output":
            self._flowkit_uses += 1
            self._deferred = True
            if isinstance(node.value, ast.Name):
                self.outputs[node.value.id] += 1

    def _import_from(self, node: ast.ImportFrom) -> None:
        names = {alias.asname or alias.name for alias in node.names}
        if node.module not in _FLOWKIT_MODULES:
            self._foreign |= names
            return
        self._flowkit_names |= names
        # It may bind any name.
        self._discarding = self._discarding or "*" in names
        self._deferred = self._deferred or any(alias.name == "params" for alias in node.names)
        self._flowkit_uses += 1
        self.imported.update((alias.name, node) for alias in node.names if alias.asname is None)

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            if alias.name.partition(".")[0] == "flowkit":
                self._flowkit_names.add(name)
                self._flowkit_uses += 1
                self._deferred = True
            else:
                self._foreign.add(name)

    def _assign(self, node: ast.Assign) -> None:
        self.assigned.append(node)

    def _call(self, node: ast.Call) -> None:
        self.calls.append(node)
        if isinstance(node.func, ast.Name) and node.func.id in INSPECTING_BUILTINS:
            self._testing = True

    def _expression(self, node: ast.Expr) -> None:
        value = node.value
        if isinstance(value, ast.Constant | ast.Await | ast.Yield | ast.YieldFrom):
            return
        root: ast.expr = value
        while isinstance(root, ast.Call | ast.Attribute):
            root = root.func if isinstance(root, ast.Call) else root.value
        if isinstance(value, ast.Call) and isinstance(root, ast.Name):
            plain = isinstance(value.func, ast.Name)
            harmless = (
                root.id not in self._flowkit_names or root.id == "register"
                if plain
                else root.id in self._foreign
            )
            if harmless:
                return
        self._discarding = True


_COLLECTORS: Final[dict[type[ast.AST], Callable[[FileSyntax, Any], None]]] = {
    ast.Assign: FileSyntax._assign,
    ast.Attribute: FileSyntax._attribute,
    ast.Call: FileSyntax._call,
    ast.Expr: FileSyntax._expression,
    ast.Import: FileSyntax._import,
    ast.ImportFrom: FileSyntax._import_from,
    ast.Name: FileSyntax._name,
}
