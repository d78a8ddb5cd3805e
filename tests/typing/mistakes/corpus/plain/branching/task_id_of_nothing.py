"""
A target of a branch that is not there.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, task


@task.branch
def choose() -> str:
    return "rest"


with DAG("branching_task_id_of_nothing", schedule=None):
    choose() >> [EmptyOperator(task_id="work"), EmptyOperator(task_id="relax")]  # right: choose() >> [EmptyOperator(task_id="work"), EmptyOperator(task_id="rest")]
