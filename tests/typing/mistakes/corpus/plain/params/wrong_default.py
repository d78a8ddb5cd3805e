"""
A default of another type than its field.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Param

with DAG("params_wrong_default", schedule=None, params={"rows": Param("100", type="integer")}):  # right: with DAG("params_wrong_default", schedule=None, params={"rows": Param(100, type="integer")}):
    BashOperator(task_id="fetch", bash_command="make fetch")
