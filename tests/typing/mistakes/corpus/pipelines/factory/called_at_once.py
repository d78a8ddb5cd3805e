"""
A function for `generate` that is called, and not handed over.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: there is no `generate`.

from __future__ import annotations

from flowkit import Pipeline, generate, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def sales(shop: str) -> Pipeline:
    return Pipeline(f"factory_called_at_once_{shop}").task("tell", python(tell, shop))


register(generate(sales("corner"), ["corner", "market"]))  # right: register(generate(sales, ["corner", "market"]))
