"""
An argument that the function of `generate` needs besides the configuration.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


def sales(shop: str, year: int) -> None:
    with DAG(f"factory_argument_of_all_{shop}_{year}", schedule=None):
        tell(shop)


for shop in ["corner", "market"]:
    sales(shop)  # right: sales(shop, 2026)
