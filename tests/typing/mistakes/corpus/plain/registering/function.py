"""
A function that makes a pipeline, given to `register` without a call.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import dag, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


@dag(schedule=None)
def registering_function() -> None:
    fetch_orders()


registering_function  # right: registering_function()
