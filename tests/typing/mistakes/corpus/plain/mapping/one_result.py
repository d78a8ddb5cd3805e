"""
The results of a mapped task, taken for one of them.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


@task
def shout(text: str) -> str:
    return text.upper()


with DAG("mapping_one_result", schedule=None):
    tell(shout.expand(text=["corner", "market"]))  # right: tell.expand(text=shout.expand(text=["corner", "market"]))
