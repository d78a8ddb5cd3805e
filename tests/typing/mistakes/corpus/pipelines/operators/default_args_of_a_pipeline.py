"""
The defaults of tasks as Airflow takes them.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: `default_args` is the word there.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_default_args_of_a_pipeline", default_args={"retries": 3}).task("make", operator(BashOperator, bash_command="make")))  # right: register(Pipeline("operators_default_args_of_a_pipeline").defaults(retries=3).task("make", operator(BashOperator, bash_command="make")))
