"""
A misspelt setting of the pipeline.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("settings_misspelt_catchup", schedule=None, catch_up=False):  # right: with DAG("settings_misspelt_catchup", schedule=None, catchup=False):
    BashOperator(task_id="fetch", bash_command="make fetch")
