"""
The link of an owner in a list, where it stands by the owner.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_orders() -> list[float]:
    return [19.9, 5.0]


with DAG("settings_links_as_list", schedule=None, owner_links=["https://shop.example.com"]):  # right: with DAG("settings_links_as_list", schedule=None, owner_links={"shop": "https://shop.example.com"}):
    fetch_orders()
