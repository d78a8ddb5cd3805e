"""
A key of a branch that leads nowhere.
"""
# Caught by: nothing.

from __future__ import annotations

from typing import Literal

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, task


@task.branch
def choose() -> Literal["weekday", "weekend"]:
    return "weekday"


with DAG("branching_missing_key", schedule=None):
    choose() >> [EmptyOperator(task_id="weekday")]  # right: choose() >> [EmptyOperator(task_id="weekday"), EmptyOperator(task_id="weekend")]
