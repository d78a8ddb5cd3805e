"""
A field that no form can ask for.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("params_type_without_a_form", schedule=None, params={"codes": 0j}):  # right: with DAG("params_type_without_a_form", schedule=None, params={"codes": 0.0}):
    BashOperator(task_id="fetch", bash_command="make fetch")
