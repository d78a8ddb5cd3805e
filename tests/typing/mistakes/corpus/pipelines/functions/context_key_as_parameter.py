"""
A parameter with the name of a key of Airflow's context, and a default of its own.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def load(table: str, conn: str = "warehouse") -> None:  # right: def load(table: str, connection: str = "warehouse") -> None:
    print(table)


register(Pipeline("functions_context_key_as_parameter").task("load", python(load, "orders")))
