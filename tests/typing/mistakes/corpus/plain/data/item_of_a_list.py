"""
One item of a list that a task returns.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_names() -> list[str]:
    return ["corner", "market"]


@task
def tell(text: str) -> None:
    print(text)


with DAG("data_item_of_a_list", schedule=None):
    names = fetch_names()
    tell(names[0])  # right: tell("corner")
