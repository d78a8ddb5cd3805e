"""
A task in a group that waits for one that the group is to precede.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TaskGroup

with DAG("order_of_a_group_within", schedule=None):
    last = EmptyOperator(task_id="last")
    with TaskGroup("layer") as layer:
        fetch = EmptyOperator(task_id="fetch")
    last >> fetch  # right:
    layer >> last
