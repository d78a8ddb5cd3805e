"""
A decision on an output while the pipeline is built.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def add_up(amounts: list[float]) -> float:
    return sum(amounts)


@task
def tell(text: str) -> None:
    print(text)


with DAG("data_condition", schedule=None):
    total = add_up([1.5])
    message = "much" if total > 100 else "little"  # right: message = "some"
    total >> tell(message)
