"""
A mapping with numbers as keys, which come back as texts.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def columns() -> dict[int, str]:  # right: def columns() -> dict[str, str]:
    return {1: "amount"}  # right: return {"1": "amount"}


def read(names: dict[int, str]) -> None:  # right: def read(names: dict[str, str]) -> None:
    print(names)


named = task("columns", python(columns))
register(Pipeline("data_keys_that_are_numbers").then(named).task("read", python(read, named.output)))
