"""
A misspelt argument that an operator of one's own inherits from a base of one's own.
"""
# Caught by: parse.

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.sdk import BaseOperator, DAG


class Load(BaseOperator):
    def __init__(self, *, table: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.table = table


class LoadOrders(Load):
    def __init__(self, *, since: datetime, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.since = since


with DAG("operators_own_operator", schedule=None):
    LoadOrders(task_id="load", since=datetime(2026, 1, 1), tabel="orders")  # right: LoadOrders(task_id="load", since=datetime(2026, 1, 1), table="orders")
