"""
The results of a mapped group, mapped over.
"""
# Caught by: nothing.

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, task, task_group


@task
def tell(text: str) -> None:
    print(text)


@task
def as_list(texts: list[str]) -> list[str]:
    return list(texts)


@task
def shout(text: str) -> str:
    return text.upper()


@task_group
def one_region(region: str) -> Any:
    return shout(region)


with DAG("mapping_over_results_of_a_group", schedule=None):
    regions = one_region.expand(region=["north", "south"])
    tell.expand(text=regions)  # right: tell.expand(text=as_list(regions))
