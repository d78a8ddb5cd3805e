"""
The length of an output while the pipeline is built.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


def tell(text: str) -> None:
    print(text)


fetched = task("fetch", python(fetch_orders))
register(
    Pipeline("data_length")
    .then(fetched)
    .task("tell", python(tell, str(len(fetched.output))))  # right: .task("tell", python(tell, f"{fetched.output}"))
)
