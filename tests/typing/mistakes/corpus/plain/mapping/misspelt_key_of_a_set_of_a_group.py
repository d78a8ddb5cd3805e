"""
A misspelt argument in a set of them for a mapped group.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task, task_group


@task
def tell(text: str) -> None:
    print(text)


@task_group
def one_region(region: str, year: int) -> None:
    tell(region)


with DAG("mapping_misspelt_key_of_a_set_of_a_group", schedule=None):
    one_region.expand_kwargs([{"regoin": "north", "year": 2026}])  # right: one_region.expand_kwargs([{"region": "north", "year": 2026}])
