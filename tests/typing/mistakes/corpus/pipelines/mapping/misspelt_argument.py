"""
A misspelt argument of a function that is mapped.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, each, over
from flowkit.airflow.dags import register


def store(amounts: list[float], table: str) -> None:
    print(table, amounts)


register(Pipeline("mapping_misspelt_argument").task("store", each(store, over([[1.5], [2.5]]), tabel="sales")))  # right: register(Pipeline("mapping_misspelt_argument").task("store", each(store, over([[1.5], [2.5]]), table="sales")))
