"""
A task, and not its output, that is mapped over.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_names() -> list[str]:
    return ["corner", "market"]


@task
def tell(text: str) -> None:
    print(text)


with DAG("mapping_over_a_task", schedule=None):
    tell.expand(text=fetch_names)  # right: tell.expand(text=fetch_names())
