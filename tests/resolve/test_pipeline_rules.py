"""
Every problem of a whole pipeline: what is said, what is to be done, and where.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

import pytest

from flowkit import Group, Pipeline, PipelineError, Pod, python, task
from tests.resolve.locations import mark, problems


def fn(*values: Any) -> Any:
    """What the tasks do."""


def test_fk101_the_same_id_twice_in_the_pipeline() -> None:
    """The second of two nodes with the same id is reported, with the place of the first."""
    pipeline = (
        Pipeline("p")
        .task("extract")
        .task("extract")
    )  # fmt: skip

    here = mark()
    assert problems(pipeline) == [
        f"{here(-3)}: FK101 Duplicate task id 'extract' in the pipeline, first used by the task at {here(-4)}. "
        "Give one of them another id."
    ]


def test_fk101_a_task_and_a_group_with_the_same_id() -> None:
    """Tasks and groups share their ids within a group; in different groups the same id is welcome."""
    inner = Group("load").task("a")
    outer = Group("g").task("load").then(inner)

    here = mark()
    assert problems(Pipeline("p").task("load").then(outer)) == [
        f"{here(-3)}: FK101 Duplicate group id 'load' in group 'g', first used by the task at {here(-2)}. "
        "Give one of them another id."
    ]


def test_fk101_the_same_id_for_airflow() -> None:
    """Without its prefix a task may meet one that stands elsewhere."""
    first = task("load")
    second = task("load")
    pipeline = Pipeline("p").then(first).then(Group("g", prefix_group_id=False).then(second))

    here = mark()
    assert problems(pipeline) == [
        f"{here(-3)}: FK101 'g.load' and 'load' (at {here(-4)}) are both 'load' to Airflow, because of "
        "prefix_group_id=False. Give one of them another id, or leave the prefix on."
    ]


def test_fk102_an_unknown_id() -> None:
    """The nearest id is proposed."""
    pipeline = Pipeline("p").task("extract").task("load", after="extarct")

    here = mark()
    assert problems(pipeline) == [
        f"{here(-2)}: FK102 Task 'load' waits for 'extarct', which is not in the pipeline. Did you mean 'extract'?"
    ]


def test_fk102_an_unknown_id_unlike_all_others() -> None:
    """Where nothing is near, what there is is named, and how to name what stands in a group."""
    group = Group("g", after="zzz").task("load")

    here = mark()
    assert problems(Pipeline("p").task("extract").then(group)) == [
        f"{here(-2)}: FK102 Group 'g' waits for 'zzz', which is not in the pipeline. "
        "Ids here: 'extract', 'g'. A task in a group is named with it: 'group.task'."
    ]


def test_fk102_neighbours_in_a_group_are_named_without_it() -> None:
    """In a group the nearest match is that of the neighbours, from outside it has its path."""
    inside = Group("g").task("extract").task("load", after="extrct")
    outside = task("late", after="g.extrct")

    here = mark()
    assert problems(Pipeline("p").then(inside).then(outside)) == [
        f"{here(-3)}: FK102 Task 'g.load' waits for 'extrct', which is not in the pipeline. Did you mean 'extract'?",
        f"{here(-2)}: FK102 Task 'late' waits for 'g.extrct', which is not in the pipeline. "
        "Did you mean 'g.extract'?",
    ]


def test_fk103_a_circle() -> None:
    """The path is given in the order in which tasks wait, at the first of them."""
    a = task("a")
    b, c = task("b"), task("c")
    group = Group("g").then(b)

    here = mark()
    assert problems(Pipeline("p").add(a >> group >> c >> a)) == [
        f"{here(-4)}: FK103 Tasks wait for each other: a → g.b → c → a. Remove one of these edges: "
        "they come from the order of the links, from arrows, `after` and outputs."
    ]


def test_fk103_each_knot_is_reported() -> None:
    """Two circles that have nothing to do with each other are two problems."""
    a, b, c, d = (task(name) for name in "abcd")
    found = problems(Pipeline("p").add(a >> b >> a, c >> d >> c))

    assert [text.split(":")[3] for text in found] == [" a → b → a. Remove one of these edges", " c → d → c. "
        "Remove one of these edges"]  # fmt: skip


def test_fk104_a_task_placed_twice() -> None:
    """Both places are given, and the line of the task."""
    shared = task("shared")
    pipeline = Pipeline("p").then(shared)
    pipeline = pipeline.then(shared)

    here = mark()
    assert problems(pipeline) == [
        f"{here(-2)}: FK104 Task 'shared' ({here(-4)}) is placed twice, here and at {here(-3)}. "
        "Make a second one with another id, or refer to the first with `after`."
    ]


def test_fk104_a_group_placed_twice() -> None:
    """A group as well stands in one place, and is reported once, whatever it holds."""
    group = Group("g").task("a").task("b")
    pipeline = Pipeline("p").then(group).group("outer").then(group).end()

    here = mark()
    assert problems(pipeline) == [
        f"{here(-2)}: FK104 Group 'g' ({here(-3)}) is placed twice, here and at {here(-2)}. "
        "Make a second one with another id, or refer to the first with `after`."
    ]


def test_fk105_an_old_copy_of_a_group() -> None:
    """Two versions of one group are told apart from two groups of the same id."""
    old = Group("g").task("a")
    new = old.task("b")
    pipeline = Pipeline("p").then(new)

    here = mark()
    assert problems(pipeline.add(old >> task("c"))) == [
        f"{here(1)}: FK105 Group 'g' is placed here and at {here(-2)} in different versions: builders are immutable, "
        "so .task(), .then() and the like return a new group and leave the old one unchanged. Keep what the last step "
        "returns (group = group.task(…)) and use only that 'g'."
    ]


def test_fk106_a_group_returns_a_task_that_is_not_in_it() -> None:
    """The task of `.returns` must be placed in the group."""
    elsewhere = task("elsewhere", python(fn))
    group = Group("g").task("a").returns(elsewhere)

    here = mark()
    assert problems(Pipeline("p").then(elsewhere).then(group)) == [
        f"{here(-2)}: FK106 Group 'g' returns task 'elsewhere', which is not placed in it. "
        "Place the task in the group: .then(task)."
    ]


def test_fk107_a_group_without_tasks() -> None:
    """Of groups in each other the innermost is reported: the others are mended with it."""
    pipeline = Pipeline("p").then(
        Group("outer").then(
            Group("inner")))  # fmt: skip

    here = mark()
    assert problems(pipeline) == [
        f"{here(-2)}: FK107 Group 'outer.inner' has no tasks. Add one, or leave the group out. "
        "Builders are immutable: keep what .task() and .then() return."
    ]


def test_fk108_a_task_that_ends_before_it_starts() -> None:
    """The dates of the task, its groups and the pipeline count together."""
    early = datetime(2026, 1, 1, tzinfo=timezone.utc)
    pipeline = Pipeline("p", start_date=datetime(2026, 2, 1))
    pipeline = pipeline.group("g").defaults(end_date=early).task("a").task("b", end_date=None).end()

    here = mark()
    assert problems(pipeline) == [
        f"{here(-2)}: FK108 Task 'g.a' can never run: it ends (2026-01-01) before it starts (2026-02-01). "
        "Correct start_date or end_date, here or in the pipeline."
    ]


def test_fk108_a_trigger_rule_beside_fail_fast() -> None:
    """Airflow refuses the two together; the default rule is welcome."""
    pipeline = Pipeline("p", fail_fast=True).task("a", trigger_rule="all_success")
    pipeline = pipeline.task("b", trigger_rule="all_done")

    here = mark()
    assert problems(pipeline) == [
        f"{here(-2)}: FK108 Task 'b' has a trigger rule of its own in a pipeline with fail_fast=True, which Airflow "
        "refuses. Remove trigger_rule from the task, or fail_fast."
    ]


def test_fk109_a_pipeline_without_tasks() -> None:
    """It is told why that happens to people."""
    pipeline = Pipeline("p")
    pipeline.task("lost")

    here = mark()
    assert problems(pipeline) == [
        f"{here(-3)}: FK109 The pipeline has no tasks. "
        "Builders are immutable: keep what .task() and .then() return."
    ]


def test_fk110_a_task_waits_for_itself() -> None:
    """By `after` it is reported at the task, by an arrow at the arrow."""
    one = task("one", after="one")
    two = task("two")
    flow = two >> two

    here = mark()
    assert problems(Pipeline("p").then(one).add(flow)) == [
        f"{here(-4)}: FK110 Task 'one' waits for itself: it could never start. Remove that edge.",
        f"{here(-2)}: FK110 Task 'two' waits for itself: it could never start. Remove that edge.",
    ]


def test_fk110_a_node_waits_for_what_it_stands_in() -> None:
    """So is an edge between a group and what it holds, either way."""
    inner = task("inner", after="g")
    group = Group("g", after="g.inner").then(inner)

    here = mark()
    assert problems(Pipeline("p").then(group)) == [
        f"{here(-3)}: FK110 Task 'g.inner' waits for group 'g', which contains it: it could never start. "
        "Remove that edge.",
        f"{here(-2)}: FK110 Group 'g' waits for 'g.inner', which it contains: it could never start. "
        "Remove that edge.",
    ]


def _nested(depth: int) -> Group[Any]:
    group: Group[Any] = Group("g1").task("a")
    for number in range(2, depth + 1):
        group = Group(f"g{number}").then(group).returns(task("elsewhere"))
    return group


def test_fk111_groups_in_groups_without_end() -> None:
    """It is reported once, and without what follows from not reading further."""
    here = mark()
    assert problems(Pipeline("p").then(_nested(51)).task("late", after="g51")) == [
        f"{here(-8)}: FK111 Group 'g1' is nested more than 50 groups deep. "
        "Build flatter groups: Airflow cannot handle such a depth."
    ]


def test_fk111_fifty_groups_are_welcome() -> None:
    """At the limit itself nothing is said of the depth, and a thousand groups raise the same as 51."""
    with pytest.raises(PipelineError) as caught:
        Pipeline("p").then(_nested(50)).build()
    assert {problem.code for problem in caught.value.problems} == {"FK106"}

    assert [text.split()[1] for text in problems(Pipeline("p").then(_nested(1500)))] == ["FK111"]


def test_fk111_what_is_only_named_has_a_depth_as_well() -> None:
    """A group that an arrow alone names stands where the arrow is written, however deep that is."""
    named = Group("named").task("b")
    inner: Group[Any] = Group("g1").then(task("a") >> named)
    for number in range(2, 51):
        inner = Group(f"g{number}").then(inner)

    here = mark()
    assert problems(Pipeline("p").then(inner)) == [
        f"{here(-5)}: FK111 Group 'named' is nested more than 50 groups deep. "
        "Build flatter groups: Airflow cannot handle such a depth."
    ]


def test_fk112_two_descriptions_of_a_pod() -> None:
    """A pod and a `pod_override` would be one too many; `pod=None` decides for the second."""
    config = {"pod_override": object()}
    pipeline = Pipeline("p").defaults(pod=Pod(cpu="1")).task("a", pod=None, executor_config=config)
    pipeline = pipeline.task("b", executor_config=config)

    here = mark()
    assert problems(pipeline) == [
        f"{here(-2)}: FK112 Task 'b' has both a pod and a pod_override in its executor_config, one of which is lost. "
        "Use only one: pod=None here keeps the pod_override."
    ]


def test_fk116_a_pod_for_an_executor_without_pods() -> None:
    """A task that names such an executor has no use for a pod of its own; an inherited one is meant for others."""
    pipeline = Pipeline("p").defaults(pod=Pod(cpu="1")).task("a", executor="LocalExecutor")
    pipeline = pipeline.task("b", executor="my.own.Executor", pod=Pod(cpu="2"))
    assert pipeline.build().task("b").options["executor"] == "my.own.Executor"

    here = mark()
    assert problems(Pipeline("p").task("c", executor="CeleryExecutor", pod=Pod(cpu="1"))) == [
        f"{here(1)}: FK116 Task 'c' has a pod and executor='CeleryExecutor', which starts no pods: the pod would have "
        'no effect. Remove the pod, or name another executor, such as "KubernetesExecutor".'
    ]


def test_problems_are_reported_together_in_the_order_of_the_source() -> None:
    """Everything that is wrong is said at once, under the name of the pipeline."""
    pipeline = Pipeline("p").task("b", after="x")
    pipeline = pipeline.task("a")
    pipeline = pipeline.task("a")
    pipeline = pipeline.then(Group("empty"))
    here = mark()
    lines = [here(-4), here(-2), here(-1)]

    with pytest.raises(PipelineError) as caught:
        pipeline.build()

    assert [(str(one.location), one.code) for one in caught.value.problems] == list(
        zip(lines, ["FK102", "FK101", "FK107"], strict=True)
    )
    assert str(caught.value).startswith("Pipeline 'p' has 3 problems:\n")


def test_paths_find_tasks_whose_ids_have_dots() -> None:
    """`after=` finds them beside, within and outside of groups; the nearest one wins."""
    spec = (
        Pipeline("team.orders")
        .task("v1.0")
        .group("g")
        .task("v1.0", after=())
        .task("near", after="v1.0")
        .end()
        .task("outer", after="v1.0")
        .task("inner", after="g.v1.0")
        .build()
    )

    upstream = {task.task_id: task.upstream for task in spec.tasks}
    assert upstream["g.near"] == ("g.v1.0",)
    assert upstream["outer"] == ("v1.0",)
    assert upstream["inner"] == ("g.v1.0",)


@pytest.mark.parametrize("path", ["g.", "g..v1.0", "v1", "v1.", ".v1.0", "g.v1", "g.g.v1.0", "v1.0.x"])
def test_parts_of_ids_are_no_paths(path: str) -> None:
    """An id with dots is found as a whole only."""
    pipeline = Pipeline("p").task("v1.0").group("g").task("v1.0").end().task("x", after=path)

    assert [" FK102 " in text for text in problems(pipeline)] == [True]


def test_fk101_ids_with_dots() -> None:
    """The task `g.a` and the task `a` in the group `g` are one to Airflow, as are ids of the edges of a group."""
    twice = Pipeline("p").task("g.a").group("g").task("a").end()
    joins = Pipeline("p").task("g.upstream_join_id").group("g").task("a").end()
    apart = Pipeline("p").task("g.a").group("g", prefix_group_id=False).task("a").end()

    (text,) = problems(twice)
    assert re.search(
        r" FK101 'g\.a' and 'g\.a' \(at .*\) are both 'g\.a' to Airflow, because it joins ids with dots\.",
        text,
    )
    assert [" FK101 " in text for text in problems(joins)] == [True]
    assert [task.task_id for task in apart.build().tasks] == ["g.a", "a"]
