"""
A misspelt weight rule.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task(weight_rule="downstram")  # right: @task(weight_rule="downstream")
def tell(text: str) -> None:
    print(text)


with DAG("options_weight_rule_misspelt", schedule=None):
    tell("done")
