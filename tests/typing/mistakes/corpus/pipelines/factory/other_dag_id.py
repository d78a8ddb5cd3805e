"""
A dag_id in `generate` that is not the pipeline's.
"""
# Caught by: flowkit check, parse.
# In plain Airflow: cannot be made: a DAG has its id in one place.

from __future__ import annotations

from flowkit import Pipeline, generate, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def sales(shop: str) -> Pipeline:
    return Pipeline(f"factory_other_dag_id_{shop}").task("tell", python(tell, shop))


register(generate(sales, ["corner", "market"], dag_id=lambda shop: shop))  # right: register(generate(sales, ["corner", "market"], dag_id=lambda shop: f"factory_other_dag_id_{shop}"))
