"""
A file that makes a pipeline, and does not register it.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG


def sales() -> DAG:
    with DAG("registering_never_called", schedule=None) as made:
        BashOperator(task_id="fetch", bash_command="make fetch")
    return made

# right: dag = sales()
