"""
A task that is made, and kept nowhere.
"""
# Caught by: mypy, flowkit check.
# In plain Airflow: cannot be made: a task is in the DAG as soon as it is made.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


def tell(text: str) -> None:
    print(text)


sales = Pipeline("order_lost_task").task("fetch", python(fetch_orders))
sales.task("tell", python(tell, "done"))  # right: sales = sales.task("tell", python(tell, "done"))
register(sales)
