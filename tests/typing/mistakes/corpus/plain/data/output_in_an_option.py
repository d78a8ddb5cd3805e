"""
An output in an option, which is fixed when the pipeline is built.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, task


@task
def fetch_names() -> list[str]:
    return ["corner", "market"]


with DAG("data_output_in_an_option", schedule=None):
    names = fetch_names()
    names >> BashOperator(task_id="tell", bash_command="make tell", doc_md=f"Tells {names}")  # right: names >> BashOperator(task_id="tell", bash_command="make tell", doc_md="Tells names")
