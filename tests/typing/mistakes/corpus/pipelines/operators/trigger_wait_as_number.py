"""
How often an operator asks for the run that it waits for, as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_trigger_wait_as_number").task("work", operator(TriggerDagRunOperator, trigger_dag_id="sales", wait_for_completion=True, poke_interval="30")))  # right: register(Pipeline("operators_trigger_wait_as_number").task("work", operator(TriggerDagRunOperator, trigger_dag_id="sales", wait_for_completion=True, poke_interval=30)))
