"""
A mapped group whose tasks take an item of the mapped group around it.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task, task_group


@task
def tell(region: str, shop: str) -> None:
    print(region, shop)


@task_group
def one_shop(region: str, shop: str) -> None:
    tell(region, shop)


@task_group
def one_region(region: str) -> None:
    one_shop.partial(region=region).expand(shop=["corner", "market"])


with DAG("mapping_item_of_the_group_around", schedule=None):
    one_region.expand(region=["north", "south"])  # right: one_shop.expand(region=["north", "south"], shop=["corner", "market"])
