"""
An outlet that is a text.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG  # right: from airflow.sdk import Asset, DAG

with DAG("assets_outlet_as_text", schedule=None):
    BashOperator(task_id="fetch", bash_command="make fetch", outlets="orders")  # right: BashOperator(task_id="fetch", bash_command="make fetch", outlets=[Asset("orders")])
