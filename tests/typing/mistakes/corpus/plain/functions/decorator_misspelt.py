"""
A misspelt name of one of Airflow's task decorators.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task.virtual_env(requirements=["attrs"])  # right: @task.virtualenv(requirements=["attrs"])
def tell(text: str) -> None:
    print(text)


with DAG("functions_decorator_misspelt", schedule=None):
    tell("done")
