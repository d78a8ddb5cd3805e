"""
A mapped short circuit.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task, task_group


@task
def tell(text: str) -> None:
    print(text)


@task.short_circuit
def is_open(shop: str) -> bool:
    return shop != "market"


@task_group
def one_shop(shop: str) -> None:
    is_open(shop) >> tell(shop)


with DAG("mapping_mapped_short_circuit", schedule=None):
    is_open.expand(shop=["corner", "market"]) >> tell("x")  # right: one_shop.expand(shop=["corner", "market"])
