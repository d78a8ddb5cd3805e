"""
`BashOperator(…) >> task("load")`: Airflow's own `>>` meets what flowkit builds.
"""

from __future__ import annotations

from typing import Any

import pytest

from flowkit import Group, Pipeline, task
from flowkit.base.errors import OutputUseError
from tests.recorded import problem_of, problems_of

airflow = pytest.importorskip("airflow.sdk")


def by_hand(**options: Any) -> Any:
    """
    Return an operator of hand-written Airflow.
    """
    from airflow.providers.standard.operators.bash import BashOperator

    return BashOperator(task_id="hand", bash_command="true", **options)


@pytest.fixture
def dag() -> Any:
    return airflow.DAG("hand_written")


def test_an_operator_of_a_dag(dag: Any) -> None:
    """
    The problem is recorded, also in a pipeline that holds the task already.
    """
    before = task("a")
    pipeline = Pipeline("p").then(before)
    by_hand(dag=dag) >> before
    problem = problem_of(pipeline)
    assert (problem.code, problem.location and problem.location.file) == ("FK008", __file__)
    assert problem.message == (
        "An arrow connects an operator or a TaskGroup of Airflow with 'a' of flowkit: arrows connect tasks, groups and "
        "lists of them."
    )
    assert problem.hint == "Make it in a function: task(id, native(make, …))."


@pytest.mark.parametrize("direction", [">>", "<<"])
def test_both_directions_and_all_that_arrows_connect(dag: Any, direction: str) -> None:
    """
    Tasks, groups and flows.
    """
    for node in (task("a"), Group("a").task("x"), task("a") >> task("b")):
        made: Any = by_hand(dag=airflow.DAG("other"))
        if direction == ">>":
            made >> node
        else:
            made << node
        assert {problem.code for problem in problems_of(Pipeline("p").then(node))} == {"FK008"}


def test_a_group_that_is_changed_later(dag: Any) -> None:
    """
    Copies of the group have the problem as well.
    """
    group = Group("g").task("a")
    by_hand(dag=dag) >> group
    assert problem_of(Pipeline("p").then(group.task("b"))).code == "FK008"


def test_groups_and_outputs_of_airflow(dag: Any) -> None:
    """
    They have `>>`, too.
    """
    after_group, after_output = task("a"), task("b")
    with dag:
        with airflow.TaskGroup("g") as group:
            made = by_hand()
        group >> after_group
        airflow.TaskGroup("empty") >> after_group
        made.output >> after_output
    assert len(problems_of(Pipeline("p").then(after_group))) == 2
    assert problem_of(Pipeline("p").then(after_output)).code == "FK008"
    assert not made.downstream_task_ids


def test_an_operator_without_a_dag() -> None:
    """
    Airflow would raise an error of its own: here flowkit's is raised.
    """
    with pytest.raises(OutputUseError, match=r"FK008 .* native\(make, …\)"):
        by_hand() >> task("a")


def test_nobody_else_sees_the_attributes() -> None:
    """
    They are for Airflow's `>>` only.
    """
    for name in ("roots", "leaves", "update_relative", "anything"):
        with pytest.raises(AttributeError, match=f"'Task' object has no attribute '{name}'"):
            getattr(task("a"), name)
    assert not problems_of(Pipeline("p").task("a"))
