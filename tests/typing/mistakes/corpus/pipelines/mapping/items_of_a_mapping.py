"""
A mapping whose items are changed one by one.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, each, items, over, python, task
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def list_prices() -> dict[str, float]:
    return {"corner": 19.90}


def list_shops() -> list[str]:
    return ["corner"]


def shout(shop: str) -> str:
    return shop.upper()


prices, shops = task("prices", python(list_prices)), task("shops", python(list_shops))
told = task("tell", each(tell, over(items.map(shout, prices.output))))  # right: told = task("tell", each(tell, over(items.map(shout, shops.output))))
register(Pipeline("mapping_items_of_a_mapping").then(prices, shops).then(told))
