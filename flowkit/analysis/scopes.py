"""
What names refer to while a source is read: the scopes of a module and of its functions.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any, final

import attrs

from flowkit.analysis.vocabulary import CLASS_KINDS, InlineGroup, Kind


@final
@attrs.frozen(eq=False)
class Occurrence:
    """
    A call that the rules know by its full name, such as `datetime.now()`.
    """

    name: str
    file: str
    node: ast.expr


@final
@attrs.frozen
class Method:
    """
    A method of a builder that is about to be called.
    """

    owner: Kind | InlineGroup
    name: str


@final
@attrs.frozen(eq=False)
class ModuleValue:
    """
    One of the user's own modules.
    """

    scope: Scope

    package: tuple[str, ...] | None
    """The parts of its name if it is a package, which may hold further modules."""


@final
@attrs.define(eq=False)
class FunctionValue:
    """
    One of the user's own functions. It is read once: at the first call, or at the end of the file.
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef

    read: Callable[[FunctionValue], None]
    """Reads the body, and sets `result` and `io_calls`."""

    scope: Scope
    """The scope that it was defined in."""

    defaults: dict[str, Value]
    """The default values of its parameters."""

    result: Value | None = None
    """What a call returns; `None` until the body was read."""

    io_calls: list[Occurrence] = attrs.field(factory=list)
    """The calls in it that query a database or the network."""

    def call(self) -> Value:
        """
        Return what a call of the function returns, and read its body first if necessary.
        """
        if self.result is None:
            # The result of a recursive call is unknown.
            self.result = UNKNOWN
            self.read(self)
        return self.result


@final
@attrs.frozen(eq=False)
class Value:
    """
    What is known about an expression.
    """

    referent: Kind | InlineGroup | Method | FunctionValue | ModuleValue | str | None = None
    """A builder, something that leads to one, or the full name of an import; `None`: unknown."""

    nondeterministic: Occurrence | None = None
    """A call in it that returns something else each time."""

    item: Value | None = None
    """What all members of a list or tuple have in common."""

    origin: str = ""
    """
    How the expression itself makes a builder: by a `call` to flowkit, a `method` or an `arrow`. Empty for a name, and
    for the call of a function, which may have other effects.
    """


UNKNOWN = Value()


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
    """The names that were looked up."""

    builders: dict[str, ast.Name] = attrs.field(factory=dict)
    """The names that this scope assigned new builders to."""

    io_calls: list[Occurrence] = attrs.field(factory=list)
    returns: list[Value] = attrs.field(factory=list)

    def find(self, name: str) -> Value | None:
        """
        Return what *name* refers to; `None` for a name that is bound nowhere, such as a builtin.
        """
        scope: Scope | None = self
        while scope is not None:
            scope.read.add(name)
            value = scope.values.get(name)
            if value is not None:
                return value
            scope = scope.parent
        return None

    def merge(self, outcomes: Iterable[dict[str, Value]]) -> None:
        """
        Continue after code with several branches: where they differ, the value is unknown.
        """
        first, *others = outcomes
        result = dict(first)
        for other in others:
            for name in result.keys() | other.keys():
                mine, theirs = result.get(name), other.get(name)
                if mine is not theirs:
                    result[name] = join_values([mine or UNKNOWN, theirs or UNKNOWN])
        self.values = result


def first_nondeterministic(values: Iterable[Value]) -> Occurrence | None:
    """
    Return the first call in *values* that returns something else each time.
    """
    return next((value.nondeterministic for value in values if value.nondeterministic), None)


def join_values(values: Iterable[Value]) -> Value:
    """
    Return what all *values* have in common; nondeterministic if any of them is.
    """
    first, *others = values
    same = all(value.referent == first.referent for value in others)
    nondeterministic = first_nondeterministic((first, *others))
    return Value(first.referent if same else None, nondeterministic, first.item if not others else None)


def annotated_kind(annotation: ast.expr | None, scope: Scope) -> Kind | None:
    """
    Return the kind of builder that an annotation names.
    """
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except (SyntaxError, ValueError):
            return None
    if isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    return CLASS_KINDS.get(flowkit_name(_full_name(annotation, scope)) or "") if annotation else None


def _full_name(node: ast.expr | None, scope: Scope) -> str | None:
    if isinstance(node, ast.Name):
        value = scope.find(node.id)
        return value.referent if value is not None and isinstance(value.referent, str) else None
    if isinstance(node, ast.Attribute):
        prefix = _full_name(node.value, scope)
        return f"{prefix}.{node.attr}" if prefix else None
    return None


def flowkit_name(name: Any) -> str | None:
    """
    Return the last part of a full name below `flowkit`; `None` for all others.
    """
    if isinstance(name, str) and name.startswith("flowkit."):
        return name.rpartition(".")[2]
    return None
