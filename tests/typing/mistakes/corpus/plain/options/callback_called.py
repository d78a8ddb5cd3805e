"""
A callback that is called, and not handed over.
"""
# Caught by: zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG


def page_somebody(context: Any) -> None:
    print("failed")


with DAG("options_callback_called", schedule=None):
    BashOperator(task_id="total", bash_command="make total", on_failure_callback=page_somebody({}))  # right: BashOperator(task_id="total", bash_command="make total", on_failure_callback=page_somebody)
