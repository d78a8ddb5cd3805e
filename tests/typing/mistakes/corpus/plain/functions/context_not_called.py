"""
The context asked for a key without the brackets that call it.
"""
# Caught by: ty, pyrefly, zuban, mypy, apache-airflow-mypy.

from __future__ import annotations

from airflow.sdk import DAG, get_current_context, task


@task
def tell() -> None:
    print(get_current_context["run_id"])  # right: print(get_current_context()["run_id"])


with DAG("functions_context_not_called", schedule=None):
    tell()
