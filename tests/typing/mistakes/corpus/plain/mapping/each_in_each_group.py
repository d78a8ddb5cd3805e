"""
A mapped task in a mapped group.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.sdk import DAG, task, task_group


@task
def tell(text: str) -> None:
    print(text)


@task_group
def one_region(region: str) -> None:
    tell.expand(text=["corner", "market"])  # right: tell(region)


with DAG("mapping_each_in_each_group", schedule=None):
    one_region.expand(region=["north", "south"])
