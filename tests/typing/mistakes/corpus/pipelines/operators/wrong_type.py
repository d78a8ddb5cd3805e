"""
The environment of a command as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_wrong_type").task("make", operator(BashOperator, bash_command="make", env="A=b")))  # right: register(Pipeline("operators_wrong_type").task("make", operator(BashOperator, bash_command="make", env={"A": "b"})))
