"""
The misspelt word for the setups of a teardown.
"""
# Caught by: pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

with DAG("setup_setups_misspelt", schedule=None):
    up = EmptyOperator(task_id="up").as_setup()
    up >> EmptyOperator(task_id="load") >> EmptyOperator(task_id="down").as_teardown(setup=up)  # right: up >> EmptyOperator(task_id="load") >> EmptyOperator(task_id="down").as_teardown(setups=up)
