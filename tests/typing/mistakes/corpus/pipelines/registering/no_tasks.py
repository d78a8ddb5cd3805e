"""
A pipeline without tasks, as what `.task` returned was not kept.
"""
# Caught by: mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a task is in the DAG as soon as it is made.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


sales = Pipeline("registering_no_tasks")
sales.task("fetch", python(fetch_orders))  # right: sales = sales.task("fetch", python(fetch_orders))
register(sales)
