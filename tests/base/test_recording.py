"""
Wrong calls are recorded: the decorators, and the values that keep problems.
"""

from __future__ import annotations

import copy
import pickle
from typing import Any, final

import attrs
import pytest

from flowkit.base.interruption import Interruption
from flowkit.base.problems import Problem
from flowkit.base.recording import (
    RefusedError,
    attempt,
    check_all,
    counted,
    note,
    recorded,
    recorded_in,
    recorded_method,
    recorded_value,
    refuse,
)


@final
@recorded_value
@attrs.frozen
class Size:
    """A value that refuses odd numbers."""

    amount: int
    unit: str = attrs.field(default="m", kw_only=True)
    notes: list[str] = attrs.field(factory=list, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_all(self._check_amount, self._check_unit)

    def _check_amount(self) -> None:
        if self.amount % 2:
            refuse("FK008", "It is odd.", "Add one.")

    def _check_unit(self) -> None:
        if self.unit not in {"m", "km"}:
            refuse("FK008", "There is no such unit.", "Write km.")


class Hostile:
    """Raises whatever is done with it."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __mod__(self, other: object) -> Any:
        raise self.error


size: Any = Size


def _messages(value: object) -> list[str]:
    return [problem.message for problem in recorded_in(value)]


def test_good_values_are_as_without() -> None:
    """They have no problems, their own class, and can be pickled and compared."""
    good = Size(2)

    assert type(good) is Size
    assert recorded_in(good) == ()
    assert pickle.loads(pickle.dumps(good)) == good == Size(2)  # noqa: S301
    assert hash(attrs.evolve(good, unit="km", notes=[]).unit) == hash("km")


def test_a_wrong_value_is_an_instance_with_all_its_problems() -> None:
    """Both fields are wrong."""
    wrong = size(3, unit="cm")

    assert isinstance(wrong, Size)
    assert _messages(wrong) == ["It is odd.", "There is no such unit."]
    assert repr(wrong) == "<Size with 2 problems>"
    assert (wrong.amount, wrong.unit) == (3, "cm")
    assert wrong != Size(2)


def test_arguments_that_do_not_fit() -> None:
    """Those that fit are checked, too; without a required one, the fields have their defaults."""
    assert _messages(size(2, unti="km")) == ["Size() got an unexpected argument 'unti'."]
    assert _messages(size(3, "km", nots=1)) == [
        "Size() got 2 positional arguments; it takes 1 positional argument.",
        "Size() got an unexpected argument 'nots'.",
        "It is odd.",
    ]
    empty = size()
    assert _messages(empty) == ["Size() is missing the argument 'amount'."]
    assert (empty.amount, empty.unit, empty.notes) == (None, "m", [])


def _pickled(value: object) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - our own


@pytest.mark.parametrize("change", [copy.copy, copy.deepcopy, _pickled])
def test_copies_keep_the_problems(change: Any) -> None:
    """No way of copying a value loses what is wrong with it."""
    wrong = size(3, unit="cm")
    copied = change(wrong)

    assert recorded_in(copied) == recorded_in(wrong)
    assert (copied.amount, copied.unit) == (3, "cm")
    assert isinstance(copied, Size)


def test_evolving_keeps_the_problems() -> None:
    """The call is wrong, whatever another call makes of the value."""
    wrong = size(2, unti="km")

    assert _messages(attrs.evolve(wrong, amount=4)) == ["Size() got an unexpected argument 'unti'."]
    assert _messages(attrs.evolve(wrong, amount=5)) == [
        "Size() got an unexpected argument 'unti'.",
        "It is odd.",
    ]


def _stand_in(problems: tuple[Problem, ...]) -> tuple[str, tuple[Problem, ...]]:
    return "stand-in", problems


@recorded(_stand_in)
def half(number: Any) -> Any:
    """Return half of an even number."""
    return Size(number // 2) if not number % 2 else refuse("FK008", "It is odd.", "Add one.")


class Chain:
    """A fluent object."""

    def __init__(self, problems: tuple[Problem, ...] = ()) -> None:
        self.problems = problems

    def __flowkit_note__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = (*self.problems, *problems)

    @recorded_method(lambda chain, problems: Chain((*chain.problems, *problems)))
    def step(self, number: Any) -> Chain:
        """Return the next one."""
        return Chain(self.problems) if not number % 2 else refuse("FK008", "It is odd.", "Add one.")


def test_what_a_check_refuses_is_given_to_the_stand_in() -> None:
    """The function returns it in place of its result."""
    name, problems = half(3)

    assert name == "stand-in"
    assert [problem.message for problem in problems] == ["It is odd."]


def test_methods_keep_what_was_recorded_before() -> None:
    """The stand-in of a method comes from its object."""
    step: Any = Chain.step
    wrong = step(step(Chain().step(1), 2, 5), 3)

    assert [problem.message for problem in wrong.problems] == [
        "It is odd.",
        ".step() got 2 positional arguments; it takes 1 positional argument.",
        "It is odd.",
    ]


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), RecursionError(), GeneratorExit()])
def test_whatever_a_value_raises_is_a_problem(error: BaseException) -> None:
    """A value that raises when it is checked does not end the file."""
    _, problems = half(Hostile(error))

    assert [problem.code for problem in problems] == ["FK008"]
    assert problems[0].message.startswith(
        f"half() got a value that raises {type(error).__name__} when it is read"
    )


def test_interruptions_pass() -> None:
    """What is to stop the process is no problem of a pipeline."""
    with pytest.raises(Interruption):
        half(Hostile(Interruption()))


def test_a_type_error_within_is_no_misfit() -> None:
    """Only Python's own error about the call itself leads to a second call."""
    calls = []

    @recorded(_stand_in)
    def broken(number: int) -> None:
        calls.append(number)
        msg = "inside"
        raise TypeError(msg)

    broken(1)

    assert calls == [1]


def test_attempt_returns_the_result_or_the_other() -> None:
    """What the check refuses is added to the list."""
    problems: list[Problem] = []

    assert attempt(problems, int, "7", otherwise=0) == 7
    assert attempt(problems, refuse, "FK008", "No.", "Yes.", otherwise=0) == 0
    assert [problem.message for problem in problems] == ["No."]


def test_check_all_carries_all_problems() -> None:
    """Every check is called, whatever the others refuse."""

    def no() -> None:
        refuse("FK008", "No.", "Yes.")

    with pytest.raises(RefusedError) as caught:
        check_all(no, lambda: None, no)
    assert [problem.message for problem in caught.value.problems] == ["No.", "No."]


def test_counted_counts_each_problem_once() -> None:
    """The same problem may reach an object in two ways."""
    one, two = Problem("FK008", "a", ""), Problem("FK008", "b", "")

    assert [counted(problems) for problems in ([], [one], [one, one], [one, two])] == [
        "",
        " with 1 problem",
        " with 1 problem",
        " with 2 problems",
    ]


def test_noting_nothing_changes_nothing() -> None:
    """A value without problems keeps its class."""
    value = Size(2)
    note(value, ())

    assert type(value) is Size
