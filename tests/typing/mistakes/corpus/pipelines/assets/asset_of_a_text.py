"""
The name of an asset, where the asset itself is made by a function.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: `@asset` names the asset after its function.

from __future__ import annotations

# right: from airflow.sdk import Asset

from flowkit import materialize
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(materialize("orders", fetch_orders, schedule="@daily"))  # right: register(materialize(Asset("orders"), fetch_orders, schedule="@daily"))
