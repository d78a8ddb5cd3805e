"""
Configurations of another type than the function takes.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

import attrs
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG


@attrs.frozen
class Shop:
    name: str


def sales(shop: Shop) -> DAG:
    with DAG(f"factory_wrong_configuration_{shop.name}", schedule=None) as made:
        BashOperator(task_id="fetch", bash_command="make fetch")
    return made


for shop in ["corner", "market"]:  # right: for shop in [Shop("corner"), Shop("market")]:
    globals()["factory_wrong_configuration"] = sales(shop)
