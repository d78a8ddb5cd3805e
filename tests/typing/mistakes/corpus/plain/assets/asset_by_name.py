"""
An asset given by its name alone.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG  # right: from airflow.sdk import Asset, DAG

with DAG("assets_asset_by_name", schedule=["orders"]):  # right: with DAG("assets_asset_by_name", schedule=[Asset("orders")]):
    BashOperator(task_id="fetch", bash_command="make fetch")
