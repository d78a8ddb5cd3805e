"""
The output of a task that is skipped when the mapped task before it has no items.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def list_shops() -> list[str]:
    return []


@task
def sales_of(shop: str) -> float:
    return 19.90


@task
def add_up(amounts: list[float]) -> float:
    return sum(amounts)


@task(trigger_rule="none_failed")
def tell(total: float) -> None:  # right: def tell(total: float | None) -> None:
    print(total)


with DAG("data_output_without_items", schedule=None):
    tell(add_up(sales_of.expand(shop=list_shops())))
