"""
A misspelt argument of one of Airflow's task decorators.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task.virtualenv(requirments=["attrs"])  # right: @task.virtualenv(requirements=["attrs"])
def tell(text: str) -> None:
    print(text)


with DAG("functions_argument_of_the_decorator", schedule=None):
    tell("done")
