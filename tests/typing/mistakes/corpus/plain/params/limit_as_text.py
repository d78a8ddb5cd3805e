"""
A limit of the form written as text.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Param


with DAG("params_limit_as_text", schedule=None, params={"rows": Param(100, type="integer", minimum="1")}):  # right: with DAG("params_limit_as_text", schedule=None, params={"rows": Param(100, type="integer", minimum=1)}):
    BashOperator(task_id="show", bash_command="echo {{ params.rows }}")
