"""
A misspelt argument of an operator that triggers another DAG.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_trigger_misspelt").task("next", operator(TriggerDagRunOperator, trigger_dagid="sales")))  # right: register(Pipeline("operators_trigger_misspelt").task("next", operator(TriggerDagRunOperator, trigger_dag_id="sales")))
