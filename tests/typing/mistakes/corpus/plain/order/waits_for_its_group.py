"""
A task that waits for the group that it stands in.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
# right: from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TaskGroup

with DAG("order_waits_for_its_group", schedule=None):
    with TaskGroup("ingestion") as ingestion:
        fetch = BashOperator(task_id="fetch", bash_command="make fetch")
    ingestion >> fetch  # right: ingestion >> EmptyOperator(task_id="after")
