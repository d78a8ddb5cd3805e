"""
An argument of a function that makes a mapped group, of another type.
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


with DAG("mapping_argument_of_a_mapped_group", schedule=None):
    one_region.partial(year="2026").expand(region=["north"])  # right: one_region.partial(year=2026).expand(region=["north"])
