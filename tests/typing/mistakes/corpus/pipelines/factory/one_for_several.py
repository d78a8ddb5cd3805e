"""
One configuration where a list of them stands.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

import attrs

from flowkit import Pipeline, generate, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


@attrs.frozen
class Shop:
    name: str


def sales(shop: Shop) -> Pipeline:
    return Pipeline(f"factory_one_for_several_{shop.name}").task("tell", python(tell, shop.name))


register(generate(sales, Shop("corner")))  # right: register(generate(sales, [Shop("corner")]))
