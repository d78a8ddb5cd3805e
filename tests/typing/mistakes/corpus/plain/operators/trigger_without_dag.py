"""
An operator that triggers a run, without the pipeline.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG

with DAG("operators_trigger_without_dag", schedule=None):
    TriggerDagRunOperator(task_id="work", conf={"shop": "corner"})  # right: TriggerDagRunOperator(task_id="work", trigger_dag_id="sales", conf={"shop": "corner"})
