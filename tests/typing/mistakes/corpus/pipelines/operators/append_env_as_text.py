"""
Whether the command keeps the environment, as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_append_env_as_text").task("work", operator(BashOperator, bash_command="make", append_env="yes")))  # right: register(Pipeline("operators_append_env_as_text").task("work", operator(BashOperator, bash_command="make", append_env=True)))
