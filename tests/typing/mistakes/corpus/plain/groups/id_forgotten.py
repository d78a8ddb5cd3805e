"""
A group without an id.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TaskGroup

with DAG("groups_id_forgotten", schedule=None), TaskGroup():  # right: with DAG("groups_id_forgotten", schedule=None), TaskGroup("layer"):
    EmptyOperator(task_id="fetch")
