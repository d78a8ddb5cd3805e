"""
A group among the setups of a teardown.
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
    Pipeline("setup_group_as_setup")
    .group("cluster")
    .setup("create", python(tell, "create"))
    .end()
    .task("fetch", python(fetch_orders))
    .teardown("delete", python(tell, "delete"), setups="cluster")  # right: .teardown("delete", python(tell, "delete"), setups="cluster.create")
)
