"""
Tests of `flowkit.resolve.branch_rules`: tasks that never run, and joins that get a trigger rule.
"""

from __future__ import annotations

from typing import Final, Literal

import pytest

from flowkit import Group, Pipeline, PipelineError, branch, branches, python, task
from flowkit.model.settings import DagSettings
from tests.resolve.locations import mark, problems

JOIN: Final = "none_failed_min_one_success"
HINT = f"Write trigger_rule={JOIN!r}: it then runs after whichever of them ran."


def day() -> Literal["a", "b"]:
    """Choose."""
    return "a"


def several() -> list[Literal["a", "b"]]:
    """Choose several."""
    return ["a"]


def use(*values: object) -> None:
    """Take values."""


def rules(pipeline: Pipeline) -> dict[str, object]:
    """Return the trigger rules that are set."""
    options = {task.task_id: task.options.get("trigger_rule") for task in pipeline.build().tasks}
    return {task_id: rule for task_id, rule in options.items() if rule is not None}


def choice() -> object:
    """Return a task that branches into two new tasks beside it."""
    return task("choose", branch(day).to({"a": task("a"), "b": task("b")}))


def test_a_join_of_a_chain_gets_the_rule() -> None:
    """The link after the branch, or after a link of its ways, runs after whichever ran; what follows needs nothing."""
    inline = Pipeline("p").task("choose", branch(day).to({"a": task("a"), "b": task("b")}))
    assert rules(inline.task("join").task("end")) == {"join": JOIN}

    a, b = task("a"), task("b")
    own_link = Pipeline("p").task("choose", branch(day).to({"a": a, "b": b})).then(a, b)
    assert rules(own_link.task("join")) == {"join": JOIN}

    groups: dict[Literal["a", "b"], Group[None]] = {
        "a": Group("ga").task("x").task("y"),
        "b": Group("gb").task("z"),
    }
    joined = (
        Pipeline("p").task("choose", branch(day).to(groups)).then(Group("after").task("first").task("second"))
    )
    assert rules(joined) == {"after.first": JOIN}


def test_a_join_that_takes_the_outputs_gets_the_rule() -> None:
    """Outputs of the link before it are no edges from elsewhere."""
    a, b = task("a", python(day)), task("b", python(day))
    pipeline = Pipeline("p").task("choose", branch(day).to({"a": a, "b": b}))
    assert rules(pipeline.task("join", python(use, a.output, b.output))) == {"join": JOIN}


def test_what_can_run_keeps_its_rule() -> None:
    """One way and nothing else, or several keys at once: the rule of Airflow means something there."""
    assert rules(Pipeline("p").task("choose", branch(day).to({"a": task("a"), "b": ()})).task("next")) == {}
    together = branches(several).to({"a": task("a"), "b": task("b")})
    assert rules(Pipeline("p").task("choose", together).task("next")) == {}


def test_a_rule_of_the_defaults_is_kept() -> None:
    """Whoever sets a rule means it."""
    to = branch(day).to({"a": task("a"), "b": task("b")})
    pipeline = Pipeline("p").defaults(trigger_rule="none_failed").task("choose", to).task("join")
    assert set(rules(pipeline).values()) == {"none_failed"}


@pytest.mark.parametrize("settings", [{}, {"fail_fast": True}])
def test_a_join_that_can_never_run_is_a_problem(settings: DagSettings) -> None:
    """By arrows, `all_success` may be meant: the problem names the ways, and the line of the task."""
    at = mark()
    join = task("join")
    a, b = task("a"), task("b")
    choose = task("choose", branch(day).to({"a": a, "b": b}))
    pipeline = Pipeline("p", **settings).then(choose).add([a, b] >> join).task("end", after=join)

    forbidden = (
        "Remove fail_fast=True from the pipeline, since it forbids trigger rules, and write "
        f"trigger_rule={JOIN!r}."
    )
    assert problems(pipeline) == [
        f"{at(1)}: FK121 Task 'join' can never run: 'a' and 'b' exclude each other (branch 'choose'), and "
        f"trigger_rule='all_success' needs both. {forbidden if settings else HINT}"
    ]


def test_an_explicit_rule_is_not_replaced() -> None:
    """Who writes `all_success` gets the problem."""
    to = branch(day).to({"a": task("a"), "b": task("b")})
    [problem] = problems(Pipeline("p").task("choose", to).task("join", trigger_rule="all_success"))
    assert "'join' can never run" in problem


def test_ways_of_two_branches() -> None:
    """The problem names the branch that excludes, not the other one."""
    a, b, x, join = task("a"), task("b"), task("x"), task("join")
    first = task("first", branch(day).to({"a": a, "b": b}))
    second = task("second", branch(day).to({"a": x, "b": ()}))
    [problem] = problems(Pipeline("p").add(first, second).add([a, b, x] >> join))
    assert "(branch 'first')" in problem

    # a → second → x needs key 'a' of the first branch, as does a.
    a, b, x, join = task("a"), task("b"), task("x"), task("join")
    first = task("first", branch(day).to({"a": a, "b": b}))
    second = task("second", branch(day).to({"a": x, "b": ()}))
    nested = Pipeline("p").add(first).add(a >> second).add([a, x] >> join)
    assert rules(nested) == {}


def test_a_task_directly_after_a_branch_without_a_key() -> None:
    """Airflow skips it always."""
    at = mark()
    forgotten = task("forgotten")
    choose = task("choose", branch(day).to({"a": task("a"), "b": ()}))
    assert problems(Pipeline("p").then(choose).add(choose >> forgotten)) == [
        f"{at(1)}: FK121 Task 'forgotten' can never run: it waits for the branch 'choose', none of whose keys leads to "
        "it. Add it to a key of .to({…}), or remove the edge."
    ]


def test_a_key_that_leads_to_a_skipped_task() -> None:
    """The key names the join, but the join waits for the work that this key skips."""
    choose = task("choose", branch(day).to({"a": "work", "b": "join"}))
    at = mark()
    pipeline = Pipeline("p").then(choose).task("work").task("join")
    assert problems(pipeline) == [
        f"{at(1)}: FK121 The branch 'choose' leads to 'join' when day() returns 'b', but it cannot run then: 'work' is "
        f"skipped then, and trigger_rule='all_success' needs it. {HINT}"
    ]
    mended = (
        Pipeline("p")
        .task("choose", branch(day).to({"a": "work", "b": "join"}))
        .task("work")
        .task("join", trigger_rule=JOIN)
    )
    assert rules(mended) == {"join": JOIN}


def test_what_follows_a_task_that_never_runs_is_not_reported_again() -> None:
    """One cause, one problem."""
    a, b, join, end = task("a"), task("b"), task("join"), task("end")
    choose = task("choose", branch(day).to({"a": a, "b": b}))
    with pytest.raises(PipelineError) as caught:
        Pipeline("p").then(choose).add([a, b] >> join >> end).build()
    assert len(caught.value.problems) == 1
