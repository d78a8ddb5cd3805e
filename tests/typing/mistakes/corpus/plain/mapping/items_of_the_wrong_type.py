"""
A function of numbers, mapped over texts.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_names() -> list[str]:
    return ["corner", "market"]


@task
def tell(text: str) -> None:
    print(text)


@task
def double(number: float) -> float:
    return number * 2


with DAG("mapping_items_of_the_wrong_type", schedule=None):
    double.expand(number=fetch_names())  # right: tell.expand(text=fetch_names())
