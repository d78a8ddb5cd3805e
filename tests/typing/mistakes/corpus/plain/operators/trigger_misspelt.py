"""
A misspelt argument of an operator that triggers another DAG.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG

with DAG("operators_trigger_misspelt", schedule=None):
    TriggerDagRunOperator(task_id="next", trigger_dagid="sales")  # right: TriggerDagRunOperator(task_id="next", trigger_dag_id="sales")
