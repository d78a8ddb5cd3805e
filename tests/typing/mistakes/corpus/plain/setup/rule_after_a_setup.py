"""
Another trigger rule right after a setup.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("setup_rule_after_a_setup", schedule=None):
    up = BashOperator(task_id="up", bash_command="make cluster").as_setup()
    load = BashOperator(task_id="load", bash_command="make load", trigger_rule="none_failed")  # right: load = BashOperator(task_id="load", bash_command="make load")
    up >> load >> BashOperator(task_id="down", bash_command="make clean").as_teardown(setups=up)
