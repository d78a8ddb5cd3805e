"""
The folder of a command as a path, where the operator takes text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from pathlib import Path

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_working_folder_as_path").task("work", operator(BashOperator, bash_command="make", cwd=Path("/srv"))))  # right: register(Pipeline("operators_working_folder_as_path").task("work", operator(BashOperator, bash_command="make", cwd=str(Path("/srv")))))
