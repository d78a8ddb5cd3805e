"""
One state, where an operator takes a list of them.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_trigger_states_as_text").task("work", operator(TriggerDagRunOperator, trigger_dag_id="sales", allowed_states="success")))  # right: register(Pipeline("operators_trigger_states_as_text").task("work", operator(TriggerDagRunOperator, trigger_dag_id="sales", allowed_states=["success"])))
