"""
An argument that the function of `generate` needs besides the configuration.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, generate, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def sales(shop: str, year: int) -> Pipeline:
    return Pipeline(f"factory_argument_of_all_{shop}_{year}").task("tell", python(tell, shop))


register(generate(sales, ["corner", "market"]))  # right: register(generate(lambda shop: sales(shop, 2026), ["corner", "market"]))
