"""
A teardown of a setup that does not exist.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


def tell(text: str) -> None:
    print(text)


register(
    Pipeline("setup_unknown_setup")
    .setup("create_cluster", python(tell, "create"))
    .task("fetch", python(fetch_orders))
    .teardown("delete_cluster", python(tell, "delete"), setups="make_cluster")  # right: .teardown("delete_cluster", python(tell, "delete"), setups="create_cluster")
)
