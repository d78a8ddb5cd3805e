"""
A callback that does not take the context which Airflow gives it.
"""
# Caught by: nothing.

from __future__ import annotations

# right: from typing import Any

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG


def page_somebody() -> None:  # right: def page_somebody(context: Any) -> None:
    print("failed")


with DAG("options_callback_without_context", schedule=None):
    BashOperator(task_id="total", bash_command="make total", on_failure_callback=page_somebody)
