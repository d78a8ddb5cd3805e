"""
A list given to each item's function, where `over` was forgotten.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_names() -> list[str]:
    return ["corner", "market"]


@task
def tell(text: str) -> None:
    print(text)


with DAG("mapping_over_forgotten", schedule=None):
    tell.partial(text=fetch_names()).expand()  # right: tell.expand(text=fetch_names())
