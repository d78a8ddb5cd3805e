"""
A task with a name that is placed nowhere.
"""
# Caught by: mypy.
# In plain Airflow: cannot be made: a task is in the DAG as soon as it is made.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


def tell(text: str) -> None:
    print(text)


fetched = task("fetch", python(fetch_orders))
told = task("tell", python(tell, "done"))
register(Pipeline("order_task_never_placed").then(fetched))  # right: register(Pipeline("order_task_never_placed").then(fetched).then(told))
