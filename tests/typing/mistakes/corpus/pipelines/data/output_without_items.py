"""
The output of a task that is skipped when the mapped task before it has no items.
"""
# Caught by: flowkit check.

from __future__ import annotations

from collections.abc import Sequence

from flowkit import Pipeline, each, over, python, task
from flowkit.airflow.dags import register


def list_shops() -> list[str]:
    return []


def sales_of(shop: str) -> float:
    return 19.90


def add_up(amounts: Sequence[float]) -> float:
    return sum(amounts)


def tell(total: float) -> None:  # right: def tell(total: float | None) -> None:
    print(total)


shops = task("shops", python(list_shops))
sales = task("sales", each(sales_of, over(shops.output)))
total = task("total", python(add_up, sales.output))
told = task("tell", python(tell, total.output), trigger_rule="none_failed")
register(Pipeline("data_output_without_items").then(shops).then(sales).then(total).then(told))
