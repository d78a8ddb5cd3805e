"""
Whether a failed teardown fails the run, as text.
"""
# Caught by: pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

with DAG("setup_failure_as_text", schedule=None):
    up = EmptyOperator(task_id="up").as_setup()
    up >> EmptyOperator(task_id="load") >> EmptyOperator(task_id="down").as_teardown(setups=up, on_failure_fail_dagrun="yes")  # right: up >> EmptyOperator(task_id="load") >> EmptyOperator(task_id="down").as_teardown(setups=up, on_failure_fail_dagrun=True)
