"""
Tests of `flowkit.rules.returns`: what annotations say about mapping and about branches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, TypedDict

import pytest

from flowkit import Group, Pipeline, branch, branches, each, each_group, items, over, python, task
from flowkit.base.call_site import SourceLocation
from flowkit.model.calls import PythonCall
from flowkit.rules.returns import unmappable
from tests.resolve.locations import mark, problems


class Row(TypedDict):
    """A row."""

    name: str


def text() -> str:
    """Return a text."""
    return "a"


def tell(value: Any) -> None:
    """Take a value."""


def call_that_returns(annotation: object) -> PythonCall:
    """Return the call of a function with an annotation."""

    def function() -> object: ...

    function.__annotations__["return"] = annotation
    return PythonCall(function, (), {}, SourceLocation("f.py", 1))


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (str, "str"),
        (Literal["a", "b"], "str"),
        (Annotated[str, "a note"], "str"),
        (bytes, "bytes"),
        (int, "int"),
        (None, None),
        (type(None), "None"),
        (set[str], "set"),
        (frozenset[str], "frozenset"),
        (list[str], None),
        (tuple[int, ...], None),
        (Sequence[str], None),
        (Collection[str], None),
        (Iterable[str], None),
        (Mapping[str, int], None),
        (dict[str, int], None),
        (Row, None),
        (object, None),
        (Any, None),
        (str | list[str], None),
    ],
)
def test_what_airflow_can_map_over(annotation: object, kind: str | None) -> None:
    """A more general annotation may stand for a list; a union may."""
    assert unmappable(call_that_returns(annotation)) == kind


def test_mapped_over_a_text() -> None:
    """Tasks, groups, and items that are combined."""
    given = task("given", python(text))
    at = mark()
    mapped = task("mapped", each(tell, over(given.output)))  # type: ignore[call-overload]
    assert problems(Pipeline("p").then(given).then(mapped)) == [
        f"{at(1)}: FK219 Task 'mapped' is mapped over the output of 'given', which is of type str. Airflow maps over "
        "lists and dictionaries. Let text() return a list."
    ]

    both = task("both", each(tell, over(items.concat(given.output, given.output))))  # type: ignore[arg-type]
    assert (
        "Task 'both' is mapped over the output of 'given'"
        in problems(Pipeline("p").then(given).then(both))[0]
    )

    def group(value: Any) -> Group[None]:
        return Group("g").task("tell", python(tell, value))

    copies = each_group(group, over(given.output))  # type: ignore[call-overload]
    assert (
        "Group 'g' is mapped over the output of 'given'"
        in problems(Pipeline("p").then(given).then(copies))[0]
    )


def one() -> Literal["a"]:
    """Return one key."""
    return "a"


def several() -> list[Literal["a"]]:
    """Return several keys."""
    return ["a"]


def test_one_key_or_several() -> None:
    """The word fits what the function returns."""
    at = mark()
    wrong: Any = branches(one)  # type: ignore[arg-type]
    assert problems(Pipeline("p").task("choose", wrong.to({"a": ()}))) == [
        f"{at(1)}: FK306 branches() takes a function that returns several keys, but one() returns one. Write "
        "branch(one, …)."
    ]
    other: Any = branch(several)  # pyright: ignore[reportArgumentType]
    assert (
        "several() returns several. Write branches(several, …)."
        in problems(Pipeline("p").task("choose", other.to({"a": ()})))[0]
    )
