"""
A function for `generate` that forgets to return its pipeline.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG


def sales(shop: str) -> DAG:
    with DAG(f"factory_return_forgotten_{shop}", schedule=None) as made:
        BashOperator(task_id="fetch", bash_command="make fetch")
    # right: return made


for shop in ["corner", "market"]:
    globals()[shop] = sales(shop)
