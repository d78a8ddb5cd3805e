"""
A pipeline that is never registered.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import dag, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


@dag(schedule=None)
def registering_forgotten() -> None:
    fetch_orders()

# right: registering_forgotten()
