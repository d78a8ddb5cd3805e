"""
Tests of `flowkit.resolve.skip_warnings`.
"""

from __future__ import annotations

from typing import Literal, TypeVar

from flowkit import Pipeline, branch, setup, task, teardown
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


def told(pipeline: Pipeline) -> list[str]:
    """Return the warnings without their lines."""
    spec = pipeline.build()
    return [
        f"{problem.code} {problem.message}" for problem in (*skip_warnings(spec), *unordered_teardowns(spec))
    ]


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
