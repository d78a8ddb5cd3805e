"""
Concatenated outputs that are mapped over after another argument.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def list_shops() -> list[str]:
    return ["corner", "market"]


@task
def tell(day: str, shop: str) -> None:
    print(day, shop)


with DAG("mapping_concat_after_an_argument", schedule=None):
    shops, more = list_shops(), list_shops()
    tell.expand(day=["monday"], shop=shops.concat(more))  # right: tell.expand(day=["monday"], shop=shops)
