"""
A mapping whose items are changed one by one.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


@task
def list_prices() -> dict[str, float]:
    return {"corner": 19.90}


@task
def list_shops() -> list[str]:
    return ["corner"]


def shout(shop: str) -> str:
    return shop.upper()


with DAG("mapping_items_of_a_mapping", schedule=None):
    prices, shops = list_prices(), list_shops()
    tell.expand(text=prices.map(shout))  # right: tell.expand(text=shops.map(shout))
