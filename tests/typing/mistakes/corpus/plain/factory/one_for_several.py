"""
One configuration where a list of them stands.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

import attrs
from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


@attrs.frozen
class Shop:
    name: str


for shop in Shop("corner"):  # right: for shop in [Shop("corner")]:
    with DAG(f"factory_one_for_several_{shop.name}", schedule=None) as made:
        tell(shop.name)
    globals()["factory_one_for_several"] = made
