"""
One set of arguments, where `each_kwargs` takes a list of them.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


with DAG("mapping_one_set_of_arguments", schedule=None):
    tell.expand_kwargs({"text": "north"})  # right: tell.expand_kwargs([{"text": "north"}])
