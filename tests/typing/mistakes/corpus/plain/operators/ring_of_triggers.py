"""
Two pipelines that trigger each other.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG

with DAG("operators_ring_of_triggers", schedule=None):
    TriggerDagRunOperator(task_id="go", trigger_dag_id="operators_ring_second")
with DAG("operators_ring_second", schedule=None):
    TriggerDagRunOperator(task_id="go", trigger_dag_id="operators_ring_of_triggers")  # right:     EmptyOperator(task_id="go")
