"""
The output of a group, given to a function of another type.
"""
# Caught by: nothing.

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, task, task_group


@task
def fetch_names() -> list[str]:
    return ["corner", "market"]


@task
def add_up(amounts: list[float]) -> float:
    return sum(amounts)


@task
def count(names: list[str]) -> int:
    return len(names)


@task_group
def ingestion() -> Any:
    return fetch_names()


with DAG("groups_output_of_the_wrong_type", schedule=None):
    add_up(ingestion())  # right: count(ingestion())
