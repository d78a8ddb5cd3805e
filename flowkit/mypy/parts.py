"""
What a file holds that the rules of the plugin look at, gathered in one walk: mypy waits for this at every file.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any, Final, final

_PLACES: Final = {"flowkit", "flowkit.airflow.dags"}
# The fields that hold nothing which is looked for. Most of a file is such.
_LEAVES: Final = {"ctx", "id", "op", "ops", "names", "type_comment", "type_ignores"}

_ASKING: Final = {
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
_ASKS: Final = {"isinstance", "issubclass", "len", "bool", "type"}


@cache
def _fields(kind: type[ast.AST | str | None]) -> tuple[str, ...]:
    """
    Return the fields of a node of *kind* that may hold other nodes: none for what is no node.
    """
    if kind is ast.alias or kind is ast.Constant or not issubclass(kind, ast.AST):
        return ()
    return tuple(field for field in kind._fields if field not in _LEAVES)


@final
class Parts:
    """
    The names, assignments and calls of a file.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.imported: dict[str, ast.ImportFrom] = {}
        """The names that come from flowkit and keep their name."""
        self.read: Counter[str] = Counter()
        """How often each name is read."""
        self.bound: Counter[str] = Counter()
        """How often each name is given to something."""
        self.outputs: Counter[str] = Counter()
        """How often each name is read for its `output` alone."""
        self.assigned: list[ast.Assign] = []
        self.calls: list[ast.Call] = []

        self._known: set[str] = set()
        """The names that may stand for something of flowkit's."""
        self._foreign: set[str] = set()
        """The names of other modules, and what comes from them."""
        self._touched = 0
        self._asked = self._alone = self._later = False
        self._local: set[str] = set()
        self._read(tree)

    @property
    def suspect(self) -> bool:
        """
        Whether statements may be lost, or outputs asked for their value: then it is worth to follow the names.
        """
        lost = any(self.bound[name] > 1 or not self.read[name] for name in self._local)
        return self._alone or lost or (self._asked and self._later)

    def _read(self, tree: ast.Module) -> None:
        for statement in tree.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign):
                targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                self._known.update(target.id for target in targets if isinstance(target, ast.Name))
        for statement in tree.body:
            before = self._touched, self._asked, self._alone
            assigned = len(self.assigned)
            self._walk(statement)
            if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if self._touched == before[0]:
                # What such a function does, it does when a task runs.
                _, self._asked, self._alone = before
            else:
                self._known.add(statement.name)
                names = (target for one in self.assigned[assigned:] for target in one.targets)
                self._local.update(name.id for name in names if isinstance(name, ast.Name))

    def _walk(self, statement: ast.stmt) -> None:
        todo: list[Any] = [statement]
        while todo:
            node = todo.pop()
            kind: Any = type(node)
            take = _TAKEN.get(kind)
            if take is not None:
                take(self, node)
            elif kind in _ASKING:
                self._asked = True
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
        self._touched += node.id in self._known

    def _attribute(self, node: ast.Attribute) -> None:
        if node.attr == "output":
            self._touched += 1
            self._later = True
            if isinstance(node.value, ast.Name):
                self.outputs[node.value.id] += 1

    def _import_from(self, node: ast.ImportFrom) -> None:
        names = {alias.asname or alias.name for alias in node.names}
        if node.module not in _PLACES:
            self._foreign |= names
            return
        self._known |= names
        # All names, one does not know which.
        self._alone = self._alone or "*" in names
        self._later = self._later or any(alias.name == "params" for alias in node.names)
        self._touched += 1
        self.imported.update((alias.name, node) for alias in node.names if alias.asname is None)

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            if alias.name.partition(".")[0] == "flowkit":
                self._known.add(name)
                self._touched += 1
                self._later = True
            else:
                self._foreign.add(name)

    def _assign(self, node: ast.Assign) -> None:
        self.assigned.append(node)

    def _call(self, node: ast.Call) -> None:
        self.calls.append(node)
        if isinstance(node.func, ast.Name) and node.func.id in _ASKS:
            self._asked = True

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
                root.id not in self._known or root.id == "register" if plain else root.id in self._foreign
            )
            if harmless:
                return
        self._alone = True


_TAKEN: Final[dict[type[ast.AST], Callable[[Parts, Any], None]]] = {
    ast.Assign: Parts._assign,
    ast.Attribute: Parts._attribute,
    ast.Call: Parts._call,
    ast.Expr: Parts._expression,
    ast.Import: Parts._import,
    ast.ImportFrom: Parts._import_from,
    ast.Name: Parts._name,
}
