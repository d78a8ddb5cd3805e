"""
One dag_id, where `generate` takes a function that gives it.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a DAG has its id in one place.

from __future__ import annotations

from flowkit import Pipeline, generate, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def sales(shop: str) -> Pipeline:
    return Pipeline(f"factory_fixed_id_{shop}").task("tell", python(tell, shop))


register(generate(sales, ["corner", "market"], dag_id="factory_fixed_id"))  # right: register(generate(sales, ["corner", "market"], dag_id=lambda shop: f"factory_fixed_id_{shop}"))
