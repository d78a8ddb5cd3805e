"""
A wrong argument of a function that makes a group.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.sdk import DAG, task, task_group


@task
def tell(text: str) -> None:
    print(text)


@task_group
def ingestion(table: str) -> None:
    tell(table)


with DAG("groups_argument_of_a_shared_group", schedule=None):
    ingestion(3)  # right: ingestion("orders")
