"""
A priority as a word.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task(priority_weight="high")  # right: @task(priority_weight=10)
def tell(text: str) -> None:
    print(text)


with DAG("options_priority_as_word", schedule=None):
    tell("done")
