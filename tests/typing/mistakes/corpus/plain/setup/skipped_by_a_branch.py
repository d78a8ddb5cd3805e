"""
A branch that leads to a task inside a setup, and skips the setup.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, task


@task.branch
def pick() -> str:
    return "job"


with DAG("setup_skipped_by_a_branch", schedule=None):
    up = EmptyOperator(task_id="up").as_setup()
    wait, job = EmptyOperator(task_id="wait"), EmptyOperator(task_id="job", trigger_rule="one_success")
    down = EmptyOperator(task_id="down").as_teardown(setups=up)
    up >> wait >> job >> down
    pick() >> [up, job]  # right: pick() >> up
