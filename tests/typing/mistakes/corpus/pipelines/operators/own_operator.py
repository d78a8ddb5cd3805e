"""
A misspelt argument that an operator of one's own inherits from a base of one's own.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.sdk import BaseOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register


class Load(BaseOperator):
    def __init__(self, *, table: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.table = table


class LoadOrders(Load):
    def __init__(self, *, since: datetime, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.since = since


register(Pipeline("operators_own_operator").task("load", operator(LoadOrders, since=datetime(2026, 1, 1), tabel="orders")))  # right: register(Pipeline("operators_own_operator").task("load", operator(LoadOrders, since=datetime(2026, 1, 1), table="orders")))
