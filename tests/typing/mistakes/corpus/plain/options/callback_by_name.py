"""
The name of a callback instead of the function.
"""
# Caught by: nothing.

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, task


def notify(context: Any) -> None:
    print("done")


@task(on_success_callback="notify")  # right: @task(on_success_callback=notify)
def tell(text: str) -> None:
    print(text)


with DAG("options_callback_by_name", schedule=None):
    tell("done")
