"""
What names stand for while a source is read: the scopes of a module and of its functions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, final

import attrs

from flowkit.analysis.vocabulary import CLASSES, Kind, Open

if TYPE_CHECKING:
    from flowkit.analysis.reader import Reader


@final
@attrs.frozen(eq=False)
class Occurrence:
    """
    A call of something that the rules know by its full name, such as `datetime.now()`.
    """

    name: str
    file: str
    node: ast.expr


@final
@attrs.frozen
class Method:
    """
    A method of a builder, on the way to its call.
    """

    of: Kind | Open
    name: str


@final
@attrs.frozen(eq=False)
class ModuleValue:
    """
    A module of the user's own.
    """

    reader: Reader


@final
@attrs.define(eq=False)
class FunctionValue:
    """
    A function of the user's own. It is read once: when a call of it is met, or else in the end.
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef
    reader: Reader
    scope: Scope
    """The scope that it was defined in."""

    defaults: dict[str, Value]
    """What its parameters have by default."""

    gives: Value | None = None
    """What a call of it gives; `None` as long as it was not read."""

    work: list[Occurrence] = attrs.field(factory=list)
    """The calls in it that ask a database or the network."""


@final
@attrs.frozen(eq=False)
class Value:
    """
    What is known of an expression.
    """

    what: Kind | Open | Method | FunctionValue | ModuleValue | str | None = None
    """A builder, something on the way to one, or the full name of something imported; `None`: nothing is known."""

    changing: Occurrence | None = None
    """The call in it that gives something else each time."""

    item: Value | None = None
    """Of a list or tuple: what all of its members are."""

    made: str = ""
    """
    How the expression itself makes a builder: by a `call` of flowkit's, a `method` or an `arrow`; empty for a name, and
    for the call of a function that may do more than that.
    """


NOTHING = Value()


@final
@attrs.define(eq=False)
class Scope:
    """
    The names of a module, a class or a function.
    """

    parent: Scope | None
    is_function: bool = False
    values: dict[str, Value] = attrs.field(factory=dict)

    read: set[str] = attrs.field(factory=set)
    """The names that somebody asked for."""

    made: dict[str, ast.Name] = attrs.field(factory=dict)
    """The names that were given to builders in this scope."""

    work: list[Occurrence] = attrs.field(factory=list)
    returns: list[Value] = attrs.field(factory=list)

    def find(self, name: str) -> Value | None:
        """
        Return what *name* stands for; `None` for a name that nobody has bound, such as those of Python itself.
        """
        scope: Scope | None = self
        while scope is not None:
            scope.read.add(name)
            found = scope.values.get(name)
            if found is not None:
                return found
            scope = scope.parent
        return None

    def merge(self, outcomes: Iterable[dict[str, Value]]) -> None:
        """
        Go on after code of which only one way was gone: what differs between the ways is not known.
        """
        first, *others = outcomes
        result = dict(first)
        for other in others:
            for name in result.keys() | other.keys():
                mine, its = result.get(name), other.get(name)
                if mine is not its:
                    result[name] = joined([mine or NOTHING, its or NOTHING])
        self.values = result


def joined(values: Iterable[Value]) -> Value:
    """
    Return what is true of all *values*; each of them may change at each parse.
    """
    first, *others = values
    same = all(value.what == first.what for value in others)
    changing = next((value.changing for value in (first, *others) if value.changing), None)
    return Value(first.what if same else None, changing, first.item if not others else None)


def annotated(annotation: ast.expr | None, scope: Scope) -> Kind | None:
    """
    Return the builder that an annotation names.
    """
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except (SyntaxError, ValueError):
            return None
    if isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    return CLASSES.get(flowkits(dotted(annotation, scope)) or "") if annotation is not None else None


def dotted(node: ast.expr | None, scope: Scope) -> str | None:
    """
    Return the full name of what *node* names, if it was imported.
    """
    if isinstance(node, ast.Name):
        found = scope.find(node.id)
        return found.what if found is not None and isinstance(found.what, str) else None
    if isinstance(node, ast.Attribute):
        before = dotted(node.value, scope)
        return f"{before}.{node.attr}" if before else None
    return None


def flowkits(name: Any) -> str | None:
    """
    Return the last part of a full name that is one of flowkit's.
    """
    if isinstance(name, str) and name.startswith("flowkit."):
        return name.rpartition(".")[2]
    return None
