"""
The output of a function that returns nothing.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


with DAG("data_function_without_a_value", schedule=None):
    tell(tell("begin"))  # right: tell(str(tell("begin")))
