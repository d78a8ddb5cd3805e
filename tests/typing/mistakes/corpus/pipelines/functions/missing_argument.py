"""
An argument that the function needs.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def store(amounts: list[float], table: str) -> None:
    print(table, amounts)


register(Pipeline("functions_missing_argument").task("store", python(store, [19.90])))  # right: register(Pipeline("functions_missing_argument").task("store", python(store, [19.90], table="sales")))
