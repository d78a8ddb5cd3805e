"""
How often an operator asks for the run that it waits for, as text.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG

with DAG("operators_trigger_wait_as_number", schedule=None):
    TriggerDagRunOperator(task_id="work", trigger_dag_id="sales", wait_for_completion=True, poke_interval="30")  # right: TriggerDagRunOperator(task_id="work", trigger_dag_id="sales", wait_for_completion=True, poke_interval=30)
