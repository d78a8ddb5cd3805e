"""
`isinstance` asked of an output: it is never so.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


@task
def newest() -> str | float:
    return "corner"


with DAG("data_isinstance", schedule=None):
    found = newest()
    message = "text" if isinstance(found, str) else "number"  # right: message = "text"
    found >> tell(message)
