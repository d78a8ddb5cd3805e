"""
`is None` asked of an output: it is never so.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


@task
def newest() -> str | None:
    return None


with DAG("data_compared_with_none", schedule=None):
    found = newest()
    message = "nothing" if found is None else "something"  # right: message = "something"
    found >> tell(message)
