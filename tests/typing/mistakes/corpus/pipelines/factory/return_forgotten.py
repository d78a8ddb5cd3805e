"""
A function for `generate` that forgets to return its pipeline.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, generate, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


def sales(shop: str) -> Pipeline:
    Pipeline(f"factory_return_forgotten_{shop}").task("fetch", python(fetch_orders))  # right: return Pipeline(f"factory_return_forgotten_{shop}").task("fetch", python(fetch_orders))


register(generate(sales, ["corner", "market"]))
