"""
A misspelt argument of a function that is mapped.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def store(amounts: list[float], table: str) -> None:
    print(table, amounts)


with DAG("mapping_misspelt_argument", schedule=None):
    store.partial(tabel="sales").expand(amounts=[[1.5], [2.5]])  # right: store.partial(table="sales").expand(amounts=[[1.5], [2.5]])
