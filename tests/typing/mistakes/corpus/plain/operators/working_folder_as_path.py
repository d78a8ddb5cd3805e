"""
The folder of a command as a path, where the operator takes text.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from pathlib import Path

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("operators_working_folder_as_path", schedule=None):
    BashOperator(task_id="work", bash_command="make", cwd=Path("/srv"))  # right: BashOperator(task_id="work", bash_command="make", cwd=str(Path("/srv")))
