"""
Whether a task depends on the run before, as text.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task(depends_on_past="no")  # right: @task(depends_on_past=False)
def tell(text: str) -> None:
    print(text)


with DAG("options_depends_on_past_as_text", schedule=None):
    tell("done")
