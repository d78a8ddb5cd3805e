"""
A misspelt key in one of several configurations.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from typing import TypedDict

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


class Shop(TypedDict):
    name: str
    table: str


SHOPS: list[Shop] = [
    {"name": "corner", "table": "orders"},
    {"name": "market", "tabel": "orders"},  # right: {"name": "market", "table": "orders"},
]

for shop in SHOPS:
    with DAG(f"factory_misspelt_key_of_a_configuration_{shop['name']}", schedule=None) as made:
        tell(shop["table"])
    globals()[shop["name"]] = made
