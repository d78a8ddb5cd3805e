"""
A dict without a key that the function's TypedDict requires.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from typing_extensions import TypedDict

from airflow.sdk import DAG, task


class Order(TypedDict):
    shop: str
    amount: float


@task
def load(order: Order) -> None:
    print(order)


with DAG("data_key_of_a_dict_that_lacks", schedule=None):
    load({"shop": "corner"})  # right: load({"shop": "corner", "amount": 5.0})
