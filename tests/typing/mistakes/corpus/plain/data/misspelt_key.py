"""
A misspelt key of a TypedDict that a task returns.
"""
# Caught by: nothing.

from __future__ import annotations

from typing import TypedDict

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


class Report(TypedDict):
    title: str
    total: float


@task
def report() -> Report:
    return {"title": "Sales", "total": 24.9}


with DAG("data_misspelt_key", schedule=None):
    tell(report()["titel"])  # right: tell(report()["title"])
