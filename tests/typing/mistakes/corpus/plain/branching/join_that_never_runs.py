"""
A task that waits for both ways of a branch.
"""
# Caught by: nothing.

from __future__ import annotations

from typing import Literal

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, task


@task.branch
def choose() -> Literal["weekday", "weekend"]:
    return "weekday"


with DAG("branching_join_that_never_runs", schedule=None):
    report = EmptyOperator(task_id="report")  # right: report = EmptyOperator(task_id="report", trigger_rule="none_failed_min_one_success")
    choose() >> [EmptyOperator(task_id="weekday"), EmptyOperator(task_id="weekend")] >> report
