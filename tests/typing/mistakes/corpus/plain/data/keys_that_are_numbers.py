"""
A mapping with numbers as keys, which come back as texts.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def columns() -> dict[int, str]:  # right: def columns() -> dict[str, str]:
    return {1: "amount"}  # right: return {"1": "amount"}


@task
def read(names: dict[int, str]) -> None:  # right: def read(names: dict[str, str]) -> None:
    print(names)


with DAG("data_keys_that_are_numbers", schedule=None):
    read(columns())
