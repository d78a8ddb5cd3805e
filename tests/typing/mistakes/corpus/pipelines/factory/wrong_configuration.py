"""
Configurations of another type than the function takes.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

import attrs

from flowkit import Pipeline, generate, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


@attrs.frozen
class Shop:
    name: str


def sales(shop: Shop) -> Pipeline:
    return Pipeline(f"factory_wrong_configuration_{shop.name}").task("fetch", python(fetch_orders))


register(generate(sales, ["corner", "market"]))  # right: register(generate(sales, [Shop("corner"), Shop("market")]))
