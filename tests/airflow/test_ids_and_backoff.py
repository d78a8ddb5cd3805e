"""
Ids with dots, ids in other scripts and `retry_exponential_backoff`, compared with the same DAG by hand.
"""

from __future__ import annotations

from typing import Any

import pytest
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, TaskGroup

from flowkit import Group, Pipeline, PipelineError, operator, over, task
from flowkit.airflow import compat
from flowkit.airflow.compile import compile_pipeline
from flowkit.base.sensitive import Masking
from flowkit.report.plan import document_of
from tests.support import serialized


def _same(pipeline: Pipeline, dag: DAG) -> None:
    made = compile_pipeline(pipeline.build(), fileloc=__file__)
    dag.doc_md = made.doc_md
    assert serialized(made) == serialized(dag)


def test_ids_with_dots_and_other_scripts() -> None:
    """Groups, edges and outputs work as with other ids."""
    first = task("v1.0", operator(BashOperator, bash_command="a"))
    used = operator(BashOperator, bash_command=first.output)
    with DAG("team.заказы") as dag:
        by_hand = BashOperator(task_id="v1.0", bash_command="a")
        with TaskGroup("größe") as group:
            output: Any = by_hand.output
            inner = BashOperator(task_id="x.y", bash_command=output)
            BashOperator(task_id="z", bash_command="b").set_upstream(inner)
        group.set_upstream(by_hand)

    _same(
        Pipeline("team.заказы")
        .then(first)
        .then(
            Group("größe").task("x.y", used).task("z", operator(BashOperator, bash_command="b"), after="x.y")
        ),
        dag,
    )


def test_plans_hold_ids_with_dots() -> None:
    """Plans name pipelines, tasks and edges by their ids."""
    spec = Pipeline("team.orders").task("a.b").task("c.d").build()

    document = document_of([spec], masking=Masking())

    plan = document["pipelines"]["team.orders"]
    assert list(plan["tasks"]) == ["a.b", "c.d"]
    assert plan["tasks"]["c.d"]["upstream"] == ["a.b"]


@pytest.mark.parametrize("mapped", [False, True])
@pytest.mark.parametrize("backoff", [True, False, 0, 2, 2.0, 3.5])
def test_backoff(backoff: Any, mapped: bool) -> None:
    """Bools and numbers are what Airflow makes of them; 3.1 has only bools."""
    command: Any = over(["a"]) if mapped else "a"
    pipeline = Pipeline("p").task(
        "x", operator(BashOperator, bash_command=command), retry_exponential_backoff=backoff
    )
    if compat.BACKOFF_IS_BOOL and backoff == 3.5:
        with pytest.raises(PipelineError, match=r"requires Airflow 3\.2"):
            compile_pipeline(pipeline.build(), fileloc=__file__)
        return
    given = bool(backoff) if compat.BACKOFF_IS_BOOL else backoff
    with DAG("p") as dag:
        if mapped:
            partial = BashOperator.partial(task_id="x", retry_exponential_backoff=given)
            partial.expand(bash_command=["a"])
        else:
            BashOperator(task_id="x", bash_command="a", retry_exponential_backoff=given)

    _same(pipeline, dag)
