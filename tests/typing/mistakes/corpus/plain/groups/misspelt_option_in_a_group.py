"""
A misspelt option of a task in a group.
"""
# Caught by: zuban, parse.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TaskGroup

with DAG("groups_misspelt_option_in_a_group", schedule=None), TaskGroup("layer"):
    EmptyOperator(task_id="fetch", retires=3)  # right: EmptyOperator(task_id="fetch", retries=3)
