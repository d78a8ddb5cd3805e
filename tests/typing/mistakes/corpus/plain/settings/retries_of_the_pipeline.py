"""
An option of tasks given to the pipeline.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("settings_retries_of_the_pipeline", schedule=None, retries=3):  # right: with DAG("settings_retries_of_the_pipeline", schedule=None, default_args={"retries": 3}):
    BashOperator(task_id="fetch", bash_command="make fetch")
