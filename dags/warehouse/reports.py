"""
Reports over the orders of one region.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from warehouse import database
from warehouse.steps import clean_data, fetch_api, validate_json
from warehouse.tables import Record, Value

Metric: TypeAlias = Literal["orders", "customers", "revenue", "average", "largest"]


def orders_of(region: str) -> list[Record]:
    """
    Return the orders of *region*, checked and cleaned.
    """
    orders = clean_data("orders", validate_json("orders", fetch_api("orders")))
    return [order for order in orders if order["region"] == region]


def measure(metric: Metric, orders: Sequence[Mapping[str, Value]]) -> int:
    """
    Return one number about *orders*. Amounts are in cents; without orders every number is 0.
    """
    amounts = [amount for order in orders if isinstance(amount := order["amount"], int)]
    if metric == "orders":
        return len(orders)
    if metric == "customers":
        return len({order["customer"] for order in orders})
    if metric == "revenue":
        return sum(amounts)
    if metric == "average":
        return round(sum(amounts) / len(amounts)) if amounts else 0
    return max(amounts, default=0)


def publish(region: str, metric: Metric, value: int) -> None:
    """
    Write *value* to the table `regional_reports`, over what an earlier run wrote there.
    """
    columns = {"region": "TEXT", "metric": "TEXT", "value": "INTEGER"}
    database.upsert("regional_reports", columns, [region, metric, value], key_columns=2)
