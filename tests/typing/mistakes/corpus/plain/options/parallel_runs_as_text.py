"""
How many of a task's runs there may be at a time, as text.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task(max_active_tis_per_dag="4")  # right: @task(max_active_tis_per_dag=4)
def tell(text: str) -> None:
    print(text)


with DAG("options_parallel_runs_as_text", schedule=None):
    tell("done")
