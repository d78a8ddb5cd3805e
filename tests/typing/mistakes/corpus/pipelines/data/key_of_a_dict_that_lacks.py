"""
A dict without a key that the function's TypedDict requires.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from typing_extensions import TypedDict

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


class Order(TypedDict):
    shop: str
    amount: float


def load(order: Order) -> None:
    print(order)


register(Pipeline("data_key_of_a_dict_that_lacks").task("load", python(load, {"shop": "corner"})))  # right: register(Pipeline("data_key_of_a_dict_that_lacks").task("load", python(load, {"shop": "corner", "amount": 5.0})))
