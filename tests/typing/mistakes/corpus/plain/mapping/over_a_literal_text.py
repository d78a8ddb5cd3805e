"""
One text, where items are mapped.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


with DAG("mapping_over_a_literal_text", schedule=None):
    tell.expand(text="orders")  # right: tell.expand(text=["orders"])
