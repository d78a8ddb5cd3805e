"""
An attribute of an output, which only the value has.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, parse.

from __future__ import annotations

import attrs

from airflow.sdk import DAG, task


@attrs.frozen
class Order:
    shop: str


@task
def fetch() -> Order:
    return Order("corner")


@task
def tell(text: str) -> None:
    print(text)


with DAG("data_field_of_an_output", schedule=None):
    order = fetch()
    tell(order.shop)  # right: tell("corner")
