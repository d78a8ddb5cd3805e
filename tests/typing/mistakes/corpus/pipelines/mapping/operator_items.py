"""
An argument of an operator, mapped over numbers where it takes texts.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator, over
from flowkit.airflow.dags import register

register(Pipeline("mapping_operator_items").task("make", operator(BashOperator, bash_command=over([1, 2]))))  # right: register(Pipeline("mapping_operator_items").task("make", operator(BashOperator, bash_command=over(["make 1", "make 2"]))))
