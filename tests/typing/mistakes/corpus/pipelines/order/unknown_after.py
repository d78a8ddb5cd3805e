"""
`after=` with a misspelt id.
"""
# Caught by: mypy, flowkit check, parse.
# In plain Airflow: cannot be made: edges are drawn between objects.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


def tell(text: str) -> None:
    print(text)


register(
    Pipeline("order_unknown_after")
    .task("fetch", python(fetch_orders))
    .task("between")
    .task("tell", python(tell, "done"), after="fetched")  # right: .task("tell", python(tell, "done"), after="fetch")
)
