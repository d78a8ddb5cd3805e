"""
One task in two places.
"""
# Caught by: mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a task is placed where it is made.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


def tell(text: str) -> None:
    print(text)


fetched = task("fetch", python(fetch_orders))
register(
    Pipeline("order_placed_twice")
    .then(fetched)
    .task("between")
    .then(fetched)  # right: .task("tell", python(tell, "done"), after=fetched)
)
