"""
A misspelt key in one of several configurations.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from typing import TypedDict

from flowkit import Pipeline, generate, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


class Shop(TypedDict):
    name: str
    table: str


SHOPS: list[Shop] = [
    {"name": "corner", "table": "orders"},
    {"name": "market", "tabel": "orders"},  # right: {"name": "market", "table": "orders"},
]


def sales(shop: Shop) -> Pipeline:
    return Pipeline(f"factory_misspelt_key_of_a_configuration_{shop['name']}").task("tell", python(tell, shop["table"]))


register(generate(sales, SHOPS))
