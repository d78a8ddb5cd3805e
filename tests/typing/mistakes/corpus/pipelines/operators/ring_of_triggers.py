"""
Two pipelines that trigger each other.
"""
# Caught by: flowkit check.

from __future__ import annotations

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(
    Pipeline("operators_ring_of_triggers").task("go", operator(TriggerDagRunOperator, trigger_dag_id="operators_ring_second")),
    Pipeline("operators_ring_second").task("go", operator(TriggerDagRunOperator, trigger_dag_id="operators_ring_of_triggers")),  # right:     Pipeline("operators_ring_second").task("go"),
)
