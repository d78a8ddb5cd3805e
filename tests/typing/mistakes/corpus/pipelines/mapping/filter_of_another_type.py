"""
A function of numbers that chooses among texts.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.
# In plain Airflow: cannot be made: Airflow has no `filter`.

from __future__ import annotations

from flowkit import Pipeline, each, items, over, python, task
from flowkit.airflow.dags import register


def list_shops() -> list[str]:
    return ["corner", "market"]


def tell(text: str) -> None:
    print(text)


def is_large(amount: float) -> bool:
    return amount > 100


def is_open(shop: str) -> bool:
    return shop != "market"


shops = task("shops", python(list_shops))
register(Pipeline("mapping_filter_of_another_type").then(shops).task("tell", each(tell, over(items.filter(is_large, shops.output)))))  # right: register(Pipeline("mapping_filter_of_another_type").then(shops).task("tell", each(tell, over(items.filter(is_open, shops.output)))))
