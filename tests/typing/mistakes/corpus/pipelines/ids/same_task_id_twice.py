"""
Two tasks with one id, after copying a line.
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
    Pipeline("ids_same_task_id_twice")
    .task("fetch", python(fetch_orders))
    .task("fetch", python(tell, "done"))  # right: .task("tell", python(tell, "done"))
)
