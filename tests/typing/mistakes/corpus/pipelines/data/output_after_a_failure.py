"""
A task that also runs after a failure, and needs the output of the task that failed.
"""
# Caught by: flowkit check.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def count() -> int:
    return 1


def tell(number: int) -> None:  # right: def tell(number: int | None) -> None:
    print(number)


counted = task("count", python(count))
register(Pipeline("data_output_after_a_failure").then(counted).task("tell", python(tell, counted.output), trigger_rule="all_done"))
