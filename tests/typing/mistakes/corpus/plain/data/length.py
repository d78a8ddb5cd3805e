"""
The length of an output while the pipeline is built.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


@task
def tell(text: str) -> None:
    print(text)


with DAG("data_length", schedule=None):
    tell(str(len(fetch_orders())))  # right: tell(str(fetch_orders()))
