"""
A misspelt key of the context within a function.
"""
# Caught by: ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.sdk import DAG, get_current_context, task


@task
def show() -> None:
    print(get_current_context()["logical_dat"])  # right: print(get_current_context()["logical_date"])


with DAG("functions_misspelt_context_key", schedule=None):
    show()
