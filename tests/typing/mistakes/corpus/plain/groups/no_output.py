"""
The output of a group that returns nothing.
"""
# Caught by: nothing.

from __future__ import annotations

# right: from typing import Any

from airflow.sdk import DAG, task, task_group


@task
def fetch_names() -> list[str]:
    return ["corner", "market"]


@task
def count(names: list[str]) -> int:
    return len(names)


@task_group
def ingestion() -> None:  # right: def ingestion() -> Any:
    fetch_names()  # right: return fetch_names()


with DAG("groups_no_output", schedule=None):
    count(ingestion())
