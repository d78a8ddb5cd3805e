"""
Whether the ids in a group begin with its own, as text.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TaskGroup

with DAG("groups_prefix_as_text", schedule=None), TaskGroup("layer", prefix_group_id="no"):  # right: with DAG("groups_prefix_as_text", schedule=None), TaskGroup("layer", prefix_group_id=False):
    EmptyOperator(task_id="fetch")
