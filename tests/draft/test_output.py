"""
Outputs: what they stand for, and what they refuse.
"""

from __future__ import annotations

import copy
import gc
import json
import math
import operator
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowkit import OutputUseError, python, task
from flowkit.base.call_site import SourceLocation
from flowkit.draft.output import Output, Token, holds_output, split
from tests.resolve.locations import mark


def fn(*values: Any) -> Any:
    """What the task does."""


TASK = task("fetch", python(fn))
X: Any = TASK.output

BRANCH = "To choose between tasks, use branch(fn, …).to({…})."
CALL = "Do it in a function that takes the output: task(…, python(fn, x.output))."
CHANGE = "Make the change in a function that takes the output."
TRAPS: list[tuple[Callable[[], object], str, str]] = [
    (lambda: bool(X), "was used as a condition", BRANCH),
    (lambda: not X, "was used as a condition", BRANCH),
    (lambda: 1 if X else 2, "was used as a condition", BRANCH),
    (lambda: list(X), "was iterated", "To run a task for each item, use each(fn, over(x.output))."),
    (lambda: [*X], "was iterated", "To run a task for each item, use each(fn, over(x.output))."),
    (lambda: len(X), "was asked for its length", CALL),
    (lambda: 1 in X, "was searched with `in`", CALL),
    (lambda: {X}, "was used as a key or put into a set", "Use it as a value: in a list, or as the value of a dict."),
    (lambda: {X: 1}, "was used as a key or put into a set", "Use it as a value: in a list, or as the value of a dict."),
    (X, "was called", CALL),
    (lambda: reversed(X), "was reversed", CALL),
    (lambda: X.__setitem__("a", 1), "was assigned to", CHANGE),
    (lambda: operator.delitem(X, "a"), "had an item deleted", CHANGE),
    (lambda: setattr(X, "a", 1), "was assigned to", CHANGE),
    (lambda: delattr(X, "a"), "had an attribute deleted", CHANGE),
    (X.__enter__, "was used in a `with` statement", CALL),
    (X.__await__, "was awaited", CALL),
    *(
        (lambda compare=compare: compare(X, 3), "was compared", BRANCH)
        for compare in (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge)
    ),
    (lambda: X == 3, "was compared", BRANCH),
    (lambda: X > 3, "was compared", BRANCH),
    (lambda: X == X, "was compared", BRANCH),  # noqa: PLR0124 - it is the same object
    *(
        (lambda convert=convert: convert(X), "was converted to a number", CALL)
        for convert in (int, float, complex, round, abs, math.trunc, math.floor, math.ceil, operator.index, bytes)
    ),
    (lambda: -X, "was converted to a number", CALL),
    (lambda: +X, "was converted to a number", CALL),
    *(
        (lambda compute=compute: compute(X, 3), "was used in a calculation", CALL)
        for compute in (
            operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, divmod, pow,
            operator.matmul, operator.and_, operator.or_, operator.xor, operator.iadd, operator.imul,
        )
    ),
    *(
        (lambda compute=compute: compute(3, X), "was used in a calculation", CALL)
        for compute in (operator.add, operator.sub, operator.mul, operator.truediv, operator.mod, divmod, pow)
    ),
    (lambda: X >> TASK, "was used in a calculation", "To order tasks, connect the tasks, not their outputs: a >> b."),
    (lambda: 3 << X, "was used in a calculation", "To order tasks, connect the tasks, not their outputs: a >> b."),
    (
        lambda: X.rows,
        "was asked for the attribute 'rows'",
        'One key of a mapping is x.output["rows"]; everything else is done in a function that takes the output.',
    ),
]  # fmt: skip


@pytest.mark.parametrize(("use", "what", "hint"), TRAPS)
def test_fk007_uses_of_a_value_that_is_not_there_yet(use: Callable[[], object], what: str, hint: str) -> None:
    """Whatever would need the value raises, at the line of the use, and says what to do."""
    with pytest.raises(OutputUseError) as caught:
        use()

    assert isinstance(caught.value, TypeError)
    problem = caught.value.problem
    assert (
        problem.message == f"The output of task 'fetch' {what}; the value exists only when the task has run."
    )
    assert (problem.code, problem.hint) == ("FK007", hint)
    assert isinstance(problem.location, SourceLocation)
    assert problem.location.file == __file__


def test_fk007_the_line_is_that_of_the_use() -> None:
    """The problem points at the line that a person has to change."""
    here = mark()
    with pytest.raises(OutputUseError) as caught:
        bool(X)

    assert str(caught.value) == (
        f"{here(2)}: FK007 The output of task 'fetch' was used as a condition; the value exists only when the "
        f"task has run. {BRANCH}"
    )


KEYS: list[tuple[Callable[[], object], str]] = [
    (
        lambda: X[0],
        "was asked for int 0; Airflow can pass only one key of a mapping, by name. "
        "Let the task that needs the item take the whole output, and take the item there.",
    ),
    (
        lambda: X["a"]["b"],
        "was asked for a key within the key 'a'; Airflow goes one key deep. "
        "Let the task that needs the item take the outer key, and take the item there.",
    ),
    (
        lambda: X["a\udce4"],
        "was asked for a value of type str that contains a lone surrogate; Airflow cannot "
        "encode it as UTF-8. Such strings come from bytes that are not UTF-8: decode them with "
        'errors="replace".',
    ),
    (
        lambda: X[10**5000],
        "was asked for int; Airflow can pass only one key of a mapping, by name. "
        "Let the task that needs the item take the whole output, and take the item there.",
    ),
    (
        lambda: f"{X:.2f}",
        "was given the format '.2f'; the value exists only when the task has run. "
        "Format the value in the function that produces or consumes it.",
    ),
]


@pytest.mark.parametrize(("use", "message"), KEYS)
def test_fk007_keys_and_formats(use: Callable[[], object], message: str) -> None:
    """One key deep, by name; without a format."""
    with pytest.raises(OutputUseError) as caught:
        use()

    assert str(caught.value).split(": ", 1)[1] == f"FK007 The output of task 'fetch' {message}"


class Text(str):
    """Raises where flowkit has no reason to ask."""

    __slots__ = ()

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


def test_a_key_becomes_an_exact_string() -> None:
    """Airflow can store no instances of subclasses."""
    assert type(X[Text("rows")].key) is str
    assert f"{X[Text('rows')]}" == f"{X['rows']}"


def test_a_slice_is_no_key() -> None:
    """A part of a list is taken by the task that needs it."""
    with pytest.raises(OutputUseError, match="was asked for slice"):
        _ = X[1:]


def test_an_output_shows_what_it_is() -> None:
    """Its repr names the task and the key."""
    assert repr(X) == "<output of task 'fetch'>"
    assert repr(X["rows"]) == "<output of task 'fetch'['rows']>"
    assert f"{X!r}" == repr(X)


def test_a_copy_is_the_output_itself() -> None:
    """The copy of an output refers to the same task, also deep in a container."""
    assert copy.copy(X) is X
    assert copy.deepcopy([X])[0] is X


def test_special_names_are_absent() -> None:
    """Tools that look for names of Python's own find none, and no error of flowkit's."""
    assert not hasattr(X, "__array__")
    assert getattr(X, "__wrapped__", 1) == 1
    with pytest.raises(TypeError):
        json.dumps(X)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_fk007_outputs_do_not_travel(protocol: int) -> None:
    """A pickle would hold another task, which stands in no pipeline."""
    with pytest.raises(OutputUseError) as caught:
        pickle.dumps([X], protocol)

    assert caught.value.problem.message == (
        "The output of task 'fetch' was pickled; a copy in another process would belong to no pipeline."
    )


def _pieces(text: str) -> list[str | tuple[str | None, str | None]] | None:
    found = split(text)
    if found is None:
        return None
    return [
        (piece.task.id if piece.task else None, piece.key) if isinstance(piece, Token) else piece
        for piece in found
    ]


def test_texts_with_outputs_are_taken_apart() -> None:
    """Each token gives its task and its key; everything between stays."""
    assert _pieces("plain") is None
    assert _pieces(f"{X}") == [("fetch", None)]
    assert _pieces(f"a{X}b{X['rows']}{X['']}") == [
        "a",
        ("fetch", None),
        "b",
        ("fetch", "rows"),
        ("fetch", ""),
    ]


def test_a_token_does_not_keep_its_task() -> None:
    """A text is no reference: when the task is gone, the token leads nowhere."""
    text = f"{task('gone', python(fn)).output}"
    gc.collect()

    assert _pieces(text) == [(None, None)]


@settings(deadline=None, derandomize=True, database=None, max_examples=300)
@given(st.text(), st.text(), st.text())
def test_any_text_and_any_key_come_back(before: str, key: str, after: str) -> None:
    """Nothing that stands beside a token or in its key is lost or mistaken."""
    try:
        (before + key + after).encode()
    except UnicodeEncodeError:
        return
    if holds_output(before + after):
        return
    assert _pieces(f"{before}{Output(TASK.node, key)}{after}") == [
        *([before] if before else []),
        ("fetch", key),
        *([after] if after else []),
    ]


@settings(deadline=None, derandomize=True, database=None, max_examples=300)
@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_cut_token_is_noticed(first: int, second: int) -> None:
    """Whatever is cut out of a text with two tokens, what is left is whole, or an error: never another output."""
    other: Any = task("other", python(fn)).output
    text = f"from {X} to {other['rows']}."
    # In thousandths: the length of the text depends on how many tasks this process has made.
    start, end = sorted(len(text) * cut // 1000 for cut in (first, second))
    whole = [("fetch", None), ("other", "rows")]
    try:
        pieces = _pieces(text[:start] + text[end:]) or []
    except ValueError:
        return
    assert [piece for piece in pieces if not isinstance(piece, str)] in ([], whole, whole[:1], whole[1:])
