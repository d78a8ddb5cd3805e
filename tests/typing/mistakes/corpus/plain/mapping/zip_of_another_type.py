"""
Items put together whose second ones are of another type than the function takes.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def show(row: tuple[str, int]) -> None:
    print(row)


with DAG("mapping_zip_of_another_type", schedule=None):
    show.expand(row=list(zip(["corner"], ["5"])))  # right: show.expand(row=list(zip(["corner"], [5])))
