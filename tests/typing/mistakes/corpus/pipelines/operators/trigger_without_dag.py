"""
An operator that triggers a run, without the pipeline.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_trigger_without_dag").task("work", operator(TriggerDagRunOperator, conf={"shop": "corner"})))  # right: register(Pipeline("operators_trigger_without_dag").task("work", operator(TriggerDagRunOperator, trigger_dag_id="sales", conf={"shop": "corner"})))
