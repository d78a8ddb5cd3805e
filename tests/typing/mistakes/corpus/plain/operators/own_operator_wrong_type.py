"""
An argument of an operator of one's own, of another type.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.sdk import BaseOperator, DAG


class Load(BaseOperator):
    def __init__(self, *, since: datetime, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.since = since


with DAG("operators_own_operator_wrong_type", schedule=None):
    Load(task_id="load", since="2026-01-01")  # right: Load(task_id="load", since=datetime(2026, 1, 1))
