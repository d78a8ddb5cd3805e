"""
Two pipelines of one file with one dag_id.
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
    Pipeline("registering_same_dag_id").task("fetch", python(fetch_orders)),
    Pipeline("registering_same_dag_id").task("tell", python(tell, "done")),  # right: Pipeline(f"registering_same_dag_id_too").task("tell", python(tell, "done")),
)
