"""
`over` as an argument of `python`, which maps nothing.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


with DAG("mapping_over_in_python", schedule=None):
    tell(["corner", "market"])  # right: tell.expand(text=["corner", "market"])
