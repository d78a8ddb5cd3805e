"""
The longest time between two tries, as text.
"""
# Caught by: parse.

from __future__ import annotations

# right: from datetime import timedelta

from airflow.sdk import DAG, task


@task(max_retry_delay="1h")  # right: @task(max_retry_delay=timedelta(hours=1))
def tell(text: str) -> None:
    print(text)


with DAG("options_longest_delay_as_text", schedule=None):
    tell("done")
