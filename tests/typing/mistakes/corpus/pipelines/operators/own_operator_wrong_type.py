"""
An argument of an operator of one's own, of another type.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.sdk import BaseOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register


class Load(BaseOperator):
    def __init__(self, *, since: datetime, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.since = since


register(Pipeline("operators_own_operator_wrong_type").task("load", operator(Load, since="2026-01-01")))  # right: register(Pipeline("operators_own_operator_wrong_type").task("load", operator(Load, since=datetime(2026, 1, 1))))
