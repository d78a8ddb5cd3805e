"""
A misspelt argument of the operator's own.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_misspelt_own_argument").task("make", operator(BashOperator, bash_comand="make")))  # right: register(Pipeline("operators_misspelt_own_argument").task("make", operator(BashOperator, bash_command="make")))
