"""
`after=` with the output of a task.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: there is no `after`, and an arrow takes outputs.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


def tell(text: str) -> None:
    print(text)


fetched = task("fetch", python(fetch_orders))
register(
    Pipeline("order_after_an_output")
    .then(fetched)
    .task("between")
    .task("tell", python(tell, "done"), after=fetched.output)  # right: .task("tell", python(tell, "done"), after=fetched)
)
