"""
A setting of the pipeline among the defaults of its tasks.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("options_setting_as_default", schedule=None, default_args={"retries": 2, "catchup": False}):  # right: with DAG("options_setting_as_default", schedule=None, default_args={"retries": 2}, catchup=False):
    BashOperator(task_id="fetch", bash_command="make fetch")
