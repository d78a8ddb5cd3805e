"""
A function that reads the variable of a loop.
"""
# Caught by: mypy, flowkit check.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def load(table: str) -> None:
    print(table)


pipeline = Pipeline("functions_variable_of_a_loop")
for table in ["orders", "customers"]:
    pipeline = pipeline.task(f"load_{table}", python(lambda: load(table)))  # right: pipeline = pipeline.task(f"load_{table}", python(load, table))
register(pipeline)
