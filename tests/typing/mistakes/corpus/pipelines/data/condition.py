"""
A decision on an output while the pipeline is built.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


def tell(text: str) -> None:
    print(text)


fetched = task("total", python(add_up, [1.5]))
message = "much" if fetched.output > 100 else "little"  # right: message = "some"
register(Pipeline("data_condition").then(fetched).task("tell", python(tell, message)))
