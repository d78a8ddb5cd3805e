"""
An argument by position and by name.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


with DAG("functions_argument_twice", schedule=None):
    tell("done", text="done")  # right: tell("done")
