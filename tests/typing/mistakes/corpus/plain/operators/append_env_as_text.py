"""
Whether the command keeps the environment, as text.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("operators_append_env_as_text", schedule=None):
    BashOperator(task_id="work", bash_command="make", append_env="yes")  # right: BashOperator(task_id="work", bash_command="make", append_env=True)
