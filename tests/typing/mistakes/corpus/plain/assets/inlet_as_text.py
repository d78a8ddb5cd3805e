"""
An inlet that is a text.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task  # right: from airflow.sdk import DAG, Asset, task


@task(inlets="orders")  # right: @task(inlets=[Asset("orders")])
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


with DAG("assets_inlet_as_text", schedule=None):
    fetch_orders()
