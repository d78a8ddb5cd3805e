"""
The other file.
"""

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


with DAG("registering_two_files", schedule=None):
    tell("done")
