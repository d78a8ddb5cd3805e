"""
An output compared with a text.
"""
# Caught by: mypy.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


@task
def region() -> str:
    return "north"


with DAG("data_compared_with_a_text", schedule=None):
    found = region()
    message = "cold" if found == "north" else "warm"  # right: message = "cold"
    found >> tell(message)
