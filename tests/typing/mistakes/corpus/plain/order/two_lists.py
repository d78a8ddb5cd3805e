"""
An arrow between two lists, which Python does not know.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

with DAG("order_two_lists", schedule=None):
    a, b, c, d = (EmptyOperator(task_id=name) for name in "abcd")
    [a, b] >> [c, d]  # right: a >> [c, d]; b >> [c, d]
