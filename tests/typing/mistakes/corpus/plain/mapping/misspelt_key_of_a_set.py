"""
A misspelt argument in one of several sets of them.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


with DAG("mapping_misspelt_key_of_a_set", schedule=None):
    tell.expand_kwargs([{"text": "north"}, {"txet": "south"}])  # right: tell.expand_kwargs([{"text": "north"}, {"text": "south"}])
