"""
A function of a branch that is called, and not handed over.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.python import BranchPythonOperator
from airflow.sdk import DAG


def day() -> str:
    return "work"


with DAG("branching_function_called", schedule=None):
    choose = BranchPythonOperator(task_id="choose", python_callable=day())  # right: choose = BranchPythonOperator(task_id="choose", python_callable=day)
    choose >> EmptyOperator(task_id="work")
