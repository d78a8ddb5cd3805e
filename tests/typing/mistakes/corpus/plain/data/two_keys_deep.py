"""
A key of a key of an output.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from typing_extensions import TypedDict

from airflow.sdk import DAG, task


class Shop(TypedDict):
    name: str


class Order(TypedDict):
    shop: Shop


@task
def fetch() -> Order:
    return {"shop": {"name": "corner"}}


@task
def tell(text: str) -> None:
    print(text)


with DAG("data_two_keys_deep", schedule=None):
    order = fetch()
    tell(order["shop"]["name"])  # right: tell("corner")
