"""
A second argument of a command that the operator does not take.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_command_misspelt_and_given").task("work", operator(BashOperator, bash_command="make", environment={"TARGET": "all"})))  # right: register(Pipeline("operators_command_misspelt_and_given").task("work", operator(BashOperator, bash_command="make", env={"TARGET": "all"})))
