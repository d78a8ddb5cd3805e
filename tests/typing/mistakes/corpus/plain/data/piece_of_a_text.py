"""
A piece of a text that holds an output.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_names() -> list[str]:
    return ["corner", "market"]


@task
def tell(text: str) -> None:
    print(text)


with DAG("data_piece_of_a_text", schedule=None):
    message = f"Shops: {fetch_names()}"
    tell(message[:10])  # right: tell(message)
