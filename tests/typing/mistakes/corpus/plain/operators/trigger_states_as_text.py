"""
One state, where an operator takes a list of them.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG

with DAG("operators_trigger_states_as_text", schedule=None):
    TriggerDagRunOperator(task_id="work", trigger_dag_id="sales", allowed_states="success")  # right: TriggerDagRunOperator(task_id="work", trigger_dag_id="sales", allowed_states=["success"])
