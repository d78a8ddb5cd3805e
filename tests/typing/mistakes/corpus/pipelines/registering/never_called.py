"""
A file that makes a pipeline, and does not register it.
"""
# Caught by: pyright with settings, pyright with stubs, mypy.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


sales = Pipeline("registering_never_called").task("fetch", python(fetch_orders))
# right: register(sales)
