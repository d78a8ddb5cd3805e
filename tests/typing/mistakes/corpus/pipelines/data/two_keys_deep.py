"""
A key of a key of an output.
"""
# Caught by: flowkit check, parse.

from __future__ import annotations

from typing_extensions import TypedDict

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


class Shop(TypedDict):
    name: str


class Order(TypedDict):
    shop: Shop


def fetch() -> Order:
    return {"shop": {"name": "corner"}}


def tell(text: str) -> None:
    print(text)


order = task("fetch", python(fetch))
register(Pipeline("data_two_keys_deep").then(order).task("tell", python(tell, order.output["shop"]["name"])))  # right: register(Pipeline("data_two_keys_deep").then(order).task("tell", python(tell, "corner")))
