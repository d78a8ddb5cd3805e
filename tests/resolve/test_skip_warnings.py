"""
Tests of `flowkit.resolve.skip_warnings`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pytest

from flowkit import (
    Group,
    Pipeline,
    branch,
    each,
    each_group,
    items,
    over,
    python,
    setup,
    task,
    teardown,
)
from flowkit.resolve.skip_warnings import skip_warnings, skipped_by_filters, unordered_teardowns


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


def test_a_join_that_a_skipped_setup_skips() -> None:
    """Its rule lets it run after the other way, but it lies between the setup and the teardown."""
    up, wait, other = setup("up"), task("wait"), task("other")
    job = task("job", trigger_rule="none_failed_min_one_success")
    down = teardown("down", setups=up)
    pick = task("pick", branch(day).to({"a": up, "b": other}))
    assert told(Pipeline("p").then(pick).add(up >> wait >> job >> down, other >> job)) == [
        "FK123 Task 'job', with trigger_rule='none_failed_min_one_success', joins the ways of the branch 'pick', but "
        "if day() returns 'b', the branch skips setup 'up' then. Airflow skips all tasks between a setup and its "
        "teardown with the setup, whatever the trigger rule."
    ]
    # What reports on the work alone is skipped with it.
    up, report = setup("up"), task("report", trigger_rule="all_done")
    down = teardown("down", setups=up)
    pick = task("pick", branch(day).to({"a": up, "b": ()}))
    assert told(Pipeline("p").then(pick).add(up >> task("work") >> report >> down)) == []


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


def numbers() -> list[int]:
    """Return numbers."""
    return [1]


def is_odd(n: int) -> bool:
    """Decide what is kept."""
    return n % 2 == 1


def double(n: int) -> int:
    """Take a number."""
    return 2 * n


def total(ns: Sequence[int]) -> int:
    """Take several numbers."""
    return sum(ns)


def over_a_filter(rule: Any = None, *, change: bool = False, grouped: bool = False) -> Pipeline:
    """Return a pipeline with something that is mapped over a filter, and a task after it."""
    xs = task("xs", python(numbers))
    kept = items.filter(is_odd, xs.output)
    source = over(items.map(double, kept) if change else kept)

    def group(n: int) -> Group[int]:
        first, last = task("first", python(double, n)), task("last", python(double, n))
        return Group("mapped").then(first).then(last).returns(last)

    mapped: Any = each_group(group, source) if grouped else task("mapped", each(double, source))
    rules: dict[str, Any] = {} if rule is None else {"trigger_rule": rule}
    return Pipeline("p").then(xs).then(mapped).task("total", python(total, mapped.output), **rules)


@pytest.mark.parametrize("change", [False, True])
@pytest.mark.parametrize("grouped", [False, True])
def test_a_task_after_a_filter(change: bool, grouped: bool) -> None:
    """One dropped item skips what comes after the mapped task or group, not what is in the group."""
    (warning,) = list(skipped_by_filters(over_a_filter(change=change, grouped=grouped).build()))
    assert (warning.code, warning.message, warning.hint) == (
        "FK125",
        "Task 'total' follows 'mapped', which is mapped over items.filter(…). Airflow skips the instance of each item "
        "that the filter drops, and with trigger_rule='all_success' 'total' is skipped, too.",
        "Write trigger_rule='none_failed': it then runs, whatever is dropped.",
    )


def test_rules_that_allow_dropped_items() -> None:
    """Others than `none_skipped`."""
    assert len(list(skipped_by_filters(over_a_filter("none_skipped").build()))) == 1
    for rule in ("none_failed", "none_failed_min_one_success", "all_done", "one_success"):
        assert list(skipped_by_filters(over_a_filter(rule).build())) == []
