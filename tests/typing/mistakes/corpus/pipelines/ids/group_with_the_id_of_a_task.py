"""
A group and a task with one id.
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
    Pipeline("ids_group_with_the_id_of_a_task")
    .task("ingestion", python(tell, "begin"))
    .group("ingestion")  # right: .group("ingestion_layer")
    .task("fetch", python(fetch_orders))
    .end()
)
