"""
A dag_id that is the same for each configuration.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, generate, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def sales(shop: str) -> Pipeline:
    return Pipeline("factory_one_dag_id_for_all").task("tell", python(tell, shop))  # right: return Pipeline(f"factory_one_dag_id_for_all_{shop}").task("tell", python(tell, shop))


register(generate(sales, ["corner", "market"]))
