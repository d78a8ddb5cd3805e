"""
Tests of `flowkit.resolve.setup_rules`.
"""

from __future__ import annotations

from flowkit import Group, Pipeline, setup, task, teardown
from tests.resolve.locations import mark, problems


def test_a_rule_of_its_own_after_a_setup() -> None:
    """The line is that of the task."""
    at = mark()
    up = setup("up")
    load = task("load", trigger_rule="none_failed")
    assert problems(Pipeline("p").then(up).then(load).teardown("down", setups=up)) == [
        f"{at(2)}: FK117 Task 'load' follows setup 'up' with trigger_rule='none_failed'; after a setup, Airflow only "
        "accepts 'all_success'. Remove it, or place a task without an action between 'up' and 'load'."
    ]


def test_an_inherited_rule_after_a_setup() -> None:
    """The line is that of the default, the nearest one that sets the rule."""
    up = setup("up")
    at = mark()
    group = Group("g").defaults(pool="x").defaults(trigger_rule="none_failed")
    pipeline = Pipeline("p").defaults(trigger_rule="all_done").then(group.then(up).task("work"))
    assert problems(pipeline) == [
        f"{at(1)}: FK117 Task 'g.work' follows setup 'g.up' with trigger_rule='none_failed'; after a setup, Airflow "
        "only accepts 'all_success'. The rule comes from .defaults(trigger_rule=…). Write trigger_rule='all_success' "
        "on 'g.work', or set the default where it does not reach it."
    ]
    mended = (
        Group("g")
        .defaults(trigger_rule="none_failed")
        .then(setup("up"))
        .task("work", trigger_rule="all_success")
    )
    assert Pipeline("p").then(mended).build()


def test_a_task_that_a_teardown_names_is_a_setup() -> None:
    """Airflow makes it one; the teardown itself has a rule that Airflow sets."""
    up = task("up")
    pipeline = Pipeline("p").defaults(trigger_rule="none_failed").then(up).task("work")
    assert "follows setup 'up'" in problems(pipeline.teardown("down", setups=up))[0]
    assert (
        Pipeline("p")
        .then(setup("up"))
        .add(teardown("down", setups="up"))
        .defaults(trigger_rule="all_done")
        .build()
    )


def test_a_teardown_among_the_setups() -> None:
    """Airflow cannot mark one task as both."""
    at = mark()
    first = teardown("first")
    second = teardown("second", setups=first)
    assert problems(Pipeline("p").task("work").then(first).add(second)) == [
        f"{at(1)}: FK113 'first' is a teardown, and another teardown names it among its setups. Name a task that was "
        "made by setup(…); for the order of two teardowns, use after=."
    ]
