"""
A value that may be None, given to a function that does not take None.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


@task
def newest() -> str | None:
    return None


@task
def show(text: str | None) -> None:
    print(text)


with DAG("data_optional", schedule=None):
    tell(newest())  # right: show(newest())
