"""
What the words of a form take: wrong values are recorded, and reported with the pipeline.
"""

from __future__ import annotations

from typing import Annotated, Any

import attrs
import pytest

from flowkit import Form, Pipeline, PipelineError
from flowkit.base.recording import recorded_in
from tests.hostile_values import VALUES, Text
from tests.resolve.locations import mark

form: Any = Form


@pytest.mark.parametrize(
    ("word", "value", "message"),
    [
        ("title", 3, "Form(title=…) takes a string, not int."),
        ("name", ["rows"], "Form(name=…) takes a string, not list."),
        ("choices", 3, "Form(choices=…) takes a list, not int."),
        ("examples", "abc", "Form(examples=…) takes a list, not str."),
        ("labels", [1], "Form(labels=…) takes a mapping, not list."),
        ("items", {1: 2}, "Form(items=…) takes a mapping whose keys are strings, not dict."),
        ("extra", "a", "Form(extra=…) takes a mapping, not str."),
        ("untyped", 1, "Form(untyped=…) takes True or False, not int."),
        (
            "title",
            "\0",
            "Form(title=…) has a value of type str that contains a NUL character: PostgreSQL cannot store it.",
        ),
    ],
)
def test_fk010_a_value_of_the_wrong_kind(word: str, value: object, message: str) -> None:
    """The problem has the line of the call."""
    here = mark()
    made = form(**{word: value})
    (problem,) = recorded_in(made)
    assert (problem.code, problem.message) == ("FK010", message)
    assert str(problem.location) == here(1)


def test_all_wrong_words_are_reported() -> None:
    """At once, with the pipeline that has the form."""

    @attrs.frozen
    class Options:
        rows: Annotated[int, form(title=3, choices=3)] = 3

    with pytest.raises(PipelineError) as caught:
        Pipeline("p", params=Options).task("a").build()
    assert [problem.code for problem in caught.value.problems] == ["FK010", "FK010"]


def test_texts_become_exact() -> None:
    """As everywhere."""
    assert type(Form(title=Text("Rows")).title) is str
    assert Form(choices=(1, 2)).choices == [1, 2]


@pytest.mark.parametrize("word", [field.name for field in attrs.fields(Form)])
def test_no_value_breaks_the_class(word: str) -> None:
    """`Annotated` asks the form for its hash."""
    for make in VALUES.values():
        made = form(**{word: make()})
        assert hash(Annotated[int, made]) is not None
        assert "Form" in repr(made)
