"""
Assets joined by Python's `and`, which gives only the last of them.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import Asset, DAG

with DAG("assets_assets_joined_with_and", schedule=Asset("orders") and "refunds"):  # right: with DAG("assets_assets_joined_with_and", schedule=Asset("orders") & Asset("refunds")):
    BashOperator(task_id="fetch", bash_command="make fetch")
