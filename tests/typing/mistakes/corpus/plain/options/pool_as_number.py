"""
The number of slots instead of the name of the pool.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("options_pool_as_number", schedule=None):
    BashOperator(task_id="total", bash_command="make total", pool=3)  # right: BashOperator(task_id="total", bash_command="make total", pool="small", pool_slots=3)
