"""
The truth of an output while the pipeline is built.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


@task
def tell(text: str) -> None:
    print(text)


with DAG("data_truth", schedule=None):
    orders = fetch_orders()
    message = "some" if orders else "none"  # right: message = "some"
    orders >> tell(message)
