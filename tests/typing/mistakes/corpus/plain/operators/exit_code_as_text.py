"""
The exit code that skips a task, as text.
"""
# Caught by: mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("operators_exit_code_as_text", schedule=None):
    BashOperator(task_id="work", bash_command="make", skip_on_exit_code="99")  # right: BashOperator(task_id="work", bash_command="make", skip_on_exit_code=99)
