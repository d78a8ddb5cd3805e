"""
The misspelt option for notes on a task.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task(doc_markdown="Tells.")  # right: @task(doc_md="Tells.")
def tell(text: str) -> None:
    print(text)


with DAG("options_notes_misspelt", schedule=None):
    tell("done")
