"""
A number of times, where items are mapped.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


with DAG("mapping_over_a_number", schedule=None):
    tell.expand(text=3)  # right: tell.expand(text=["a", "b", "c"])
