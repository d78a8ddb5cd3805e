"""
Tests of `flowkit.resolve.skip_warnings`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import pytest

from flowkit import Pipeline, branch, branches, python, setup, task, teardown
from flowkit.resolve.skip_warnings import skip_warnings, unordered_teardowns

T = TypeVar("T")


def day() -> Literal["a", "b"]:
    """Choose."""
    return "a"


def several() -> list[Literal["a", "b"]]:
    """Choose several."""
    return ["a"]


def ok() -> bool:
    """Decide whether to go on."""
    return True


def one() -> int:
    """Return a number."""
    return 1


def needs(x: int, y: int) -> None:
    """Take two numbers."""


def needs_second(x: int | None, y: int) -> None:
    """Take one number, or two."""


def told(pipeline: Pipeline) -> list[str]:
    """Return the warnings without their lines."""
    spec = pipeline.build()
    return [
        f"{problem.code} {problem.message}" for problem in (*skip_warnings(spec), *unordered_teardowns(spec))
    ]


def joined(function: Callable[..., Any], **options: Any) -> Pipeline:
    """Return a pipeline whose last task takes the outputs of both ways of a branch."""
    a, b = task("a", python(one)), task("b", python(one))
    choose = task("choose", branch(day).to({"a": a, "b": b}))
    return Pipeline("p").then(choose).then(a, b).task("join", python(function, a.output, b.output), **options)


def test_an_output_that_the_other_way_lacks() -> None:
    """Each parameter that does not take None is named, with the key that leads past its task."""
    assert told(joined(needs)) == [
        "FK220 Task 'join' gives the output of 'a' to 'x' of needs(), which does not take None. If day() of 'choose' "
        "returns 'b', 'a' is skipped and needs() gets None.",
        "FK220 Task 'join' gives the output of 'b' to 'y' of needs(), which does not take None. If day() of 'choose' "
        "returns 'a', 'b' is skipped and needs() gets None.",
    ]
    assert [text[:60] for text in told(joined(needs_second))] == [
        "FK220 Task 'join' gives the output of 'b' to 'y' of needs_se"
    ]


def unannotated(x, y):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Say nothing about the types."""


def any_of(x: Any, y: object) -> None:
    """Take anything."""


def unknown(x: Unknown, y: Unknown) -> None:  # type: ignore[name-defined]  # noqa: F821
    """Have an annotation that Python cannot evaluate."""


def generic(x: T, y: T) -> None:
    """Take anything of one type."""


def optional(x: int | None, y: Literal["z"] | None) -> None:
    """Take None."""


@pytest.mark.parametrize("function", [unannotated, any_of, unknown, generic, optional])
def test_functions_that_take_none(function: Callable[..., Any]) -> None:
    """Without a clear annotation, nothing is reported."""
    assert told(joined(function)) == []


def test_literals_and_containers_do_not_take_none() -> None:
    """They are annotations like others."""

    def function(x: Literal["z"], y: list[int]) -> None: ...

    assert len(told(joined(function))) == 2


def test_a_task_that_is_skipped_too_gets_no_none() -> None:
    """With `all_success`, the task does not run when its producer is skipped."""
    a = task("a", python(one))
    choose = task("choose", branch(day).to({"a": a, "b": ()}))
    assert told(Pipeline("p").then(choose).task("next", python(needs, a.output, 1))) == []
    # The same with another rule: what comes before is skipped with it.
    late = task("late", python(needs, a.output, 1), trigger_rule="one_success")
    assert told(Pipeline("p").then(choose).then(late)) == []


def test_a_short_circuit_and_several_keys() -> None:
    """Both may skip the producer."""
    a = task("a", python(one))
    stop = python(ok).by("short_circuit", ignore_downstream_trigger_rules=False)
    use = task("use", python(needs, a.output, 1), trigger_rule="none_failed")
    assert "If 'stop' stops, 'a' is skipped" in told(Pipeline("p").task("stop", stop).then(a).then(use))[0]

    all_after = python(ok).by("short_circuit")
    assert told(Pipeline("p").task("stop", all_after).then(a).then(use)) == []

    a = task("a", python(one))
    choose = task("choose", branches(several).to({"a": a, "b": task("b")}))
    use = task("use", python(needs, a.output, 1), trigger_rule="none_failed")
    assert told(Pipeline("p").then(choose).then(use)) == []  # with both keys there is an output


def test_a_setup_that_a_branch_skips() -> None:
    """The key leads to a task that Airflow skips together with the setup."""
    up, wait, job = setup("up"), task("wait"), task("job", trigger_rule="one_success")
    down = teardown("down", setups=up)
    pick = task("pick", branch(day).to({"a": up, "b": job}))
    assert told(Pipeline("p").then(pick).add(up >> wait >> job >> down)) == [
        "FK123 The branch 'pick' leads to 'job' when day() returns 'b', but skips setup 'up' then. Airflow skips all "
        "tasks between a setup and its teardown with the setup, whatever the trigger rule."
    ]
    outside = task("outside", trigger_rule="one_success")
    pick = task("pick", branch(day).to({"a": up, "b": outside}))
    assert told(Pipeline("p").then(pick).add(up >> wait >> down, wait >> outside)) == []


def test_nested_teardowns() -> None:
    """Only where the inner setup lies between the outer one and its teardown, and nothing orders the teardowns."""
    outer, inner = setup("outer"), setup("inner")
    chain = Pipeline("p").then(outer).then(inner).task("work").teardown("inner_down", setups=inner)
    assert told(chain.teardown("outer_down", setups=outer)) == [
        "FK124 Setup 'inner' follows setup 'outer', but nothing orders their teardowns: 'outer_down' may run before "
        "'inner_down', or at the same time."
    ]
    assert told(chain.teardown("outer_down", setups=outer, after="inner_down")) == []

    side_by_side = Pipeline("p").then(setup("one"), setup("two")).task("work")
    assert told(side_by_side.teardown("a", setups="one").teardown("b", setups="two")) == []

    one_after_the_other = Pipeline("p").then(setup("one")).task("work").teardown("a", setups="one")
    assert told(one_after_the_other.then(setup("two")).task("more").teardown("b", setups="two")) == []
