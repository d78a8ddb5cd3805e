"""
A default that the form itself would refuse.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Param


with DAG("params_default_outside_its_limits", schedule=None, params={"rows": Param(100, type="integer", maximum=10)}):  # right: with DAG("params_default_outside_its_limits", schedule=None, params={"rows": Param(100, type="integer", maximum=1000)}):
    BashOperator(task_id="show", bash_command="echo {{ params.rows }}")
