"""
Random pipelines mean exactly what the rules of the chain say.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, assume, event, given, settings

from flowkit import Pipeline, PipelineError
from flowkit.model.pipeline import PipelineSpec
from tests.resolve.oracle import GroupPlan, Meaning, TaskPlan
from tests.resolve.plans import Writer, pipelines

PROFILE: dict[str, Any] = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.filter_too_much],
}


def _edges(spec: PipelineSpec) -> set[tuple[str, str]]:
    return {(upstream, task.task_id) for task in spec.tasks for upstream in task.upstream}


def _expected(meaning: Meaning) -> set[tuple[str, str]]:
    return {(meaning.task_id(upper), meaning.task_id(lower)) for upper, lower in meaning.edges}


def _codes(pipeline: Pipeline) -> set[str]:
    try:
        pipeline.build()
    except PipelineError as error:
        return {problem.code for problem in error.problems}
    return set()


def _good(plan: GroupPlan) -> Meaning:
    meaning = Meaning(plan).connect()
    assume(not meaning.waits_for_itself and not meaning.has_cycle())
    return meaning


@settings(**PROFILE, max_examples=1200)
@given(pipelines())
def test_edges_are_those_of_the_rules(plan: GroupPlan) -> None:
    """Every task waits for exactly the tasks that the rules name; circles are reported, and only circles."""
    meaning = Meaning(plan).connect()
    pipeline = Writer().pipeline(plan)

    if meaning.waits_for_itself:
        event("waits for itself")
        assert "FK110" in _codes(pipeline) <= {"FK103", "FK110"}
    elif meaning.has_cycle():
        event("cycle")
        assert _codes(pipeline) == {"FK103"}
    else:
        event("good")
        assert _edges(pipeline.build()) == _expected(meaning)


@settings(**PROFILE, max_examples=100)
@given(pipelines())
def test_nodes_stand_where_the_rules_place_them(plan: GroupPlan) -> None:
    """Tasks and groups have the ids that Airflow gives them, and the groups that they were placed in."""
    meaning = _good(plan)
    spec = Writer().pipeline(plan).build()

    groups = {id(node): meaning.task_id(node) for node in meaning.parent if isinstance(node, GroupPlan)}
    expected = {meaning.task_id(node): groups.get(id(group)) for node, group in meaning.parent.items()}
    stands = {task.task_id: task.group_id for task in spec.tasks}
    stands |= {group.group_id: group.parent_id for group in spec.groups}
    assert stands == expected
    assert len(spec.nodes) == len(expected)


@settings(**PROFILE, max_examples=100)
@given(pipelines())
def test_data_is_noted(plan: GroupPlan) -> None:
    """A task knows whose outputs it takes, and whether a key of its own is used; order is that of the source."""
    meaning = _good(plan)
    spec = Writer().pipeline(plan).build()

    uses: dict[str, set[str]] = {}
    by_key: set[str] = set()
    for node in meaning.parent:
        for producer, way in node.takes if isinstance(node, TaskPlan) else ():
            task = producer.returned if isinstance(producer, GroupPlan) else producer
            assert task is not None
            uses.setdefault(meaning.task_id(node), set()).add(meaning.task_id(task))
            by_key |= {meaning.task_id(task)} if way in {3, 6} else set()
    assert {task.task_id: set(task.uses) for task in spec.tasks if task.uses} == uses
    assert {task.task_id for task in spec.tasks if task.multiple_outputs} == by_key
    order = [task.task_id for task in spec.tasks]
    assert all(list(task.upstream) == sorted(task.upstream, key=order.index) for task in spec.tasks)


@settings(**PROFILE, max_examples=40)
@given(pipelines())
def test_airflow_gets_these_edges(plan: GroupPlan) -> None:
    """The DAG has exactly the edges of the rules, in both directions."""
    from flowkit.airflow.compile import compile_pipeline

    meaning = _good(plan)
    dag = compile_pipeline(Writer().pipeline(plan).build(), fileloc=__file__)

    upstream = {(above, task.task_id) for task in dag.tasks for above in task.upstream_task_ids}
    downstream = {(task.task_id, below) for task in dag.tasks for below in task.downstream_task_ids}
    assert upstream == downstream == _expected(meaning)


@settings(**PROFILE, max_examples=100)
@given(pipelines())
def test_a_base_can_be_extended_twice(plan: GroupPlan) -> None:
    """Two pipelines that begin alike know nothing of each other, and the beginning stays as it was."""
    _good(plan)
    base = Writer().pipeline(plan)
    before = base.build()

    left = base.task("left", after=()).defaults(retries=7).build()
    right = base.named("right").settings(catchup=True).group("new").task("one").task("two").end().build()

    assert base.build() == before
    old = [node.id for node in before.nodes]
    assert [node.id for node in left.nodes] == [*old, "left"]
    assert [node.id for node in right.nodes] == [*old, "new", "one", "two"]
    assert {task.options.get("retries") for task in left.tasks} == {7}
    assert {task.options.get("retries") for task in right.tasks} == {None}
    assert (left.dag_id, right.dag_id, right.settings) == ("p", "right", {"catchup": True})
    assert _edges(before) <= _edges(left) & _edges(right)


@settings(**PROFILE, max_examples=100)
@given(pipelines())
def test_specs_are_values(plan: GroupPlan) -> None:
    """A pipeline that is built twice, or written twice, gives equal specs."""
    _good(plan)
    pipeline = Writer().pipeline(plan)

    assert pipeline.build() == pipeline.build()
    assert Writer().pipeline(plan).build() == pipeline.build()
    assert pipeline.task("another", after=()).build() != pipeline.build()
