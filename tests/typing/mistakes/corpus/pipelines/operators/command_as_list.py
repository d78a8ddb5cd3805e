"""
A command as a list of words, as `subprocess` takes it.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_command_as_list").task("make", operator(BashOperator, bash_command=["make", "all"])))  # right: register(Pipeline("operators_command_as_list").task("make", operator(BashOperator, bash_command="make all")))
