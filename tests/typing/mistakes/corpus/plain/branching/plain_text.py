"""
A branch whose function returns any text: nobody can check its keys.
"""
# Caught by: nothing.

from __future__ import annotations

from typing import Literal

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, task


Way = Literal["work", "rest"]


@task.branch
def choose() -> str:  # right: def choose() -> Way:
    return "work"


with DAG("branching_plain_text", schedule=None):
    choose() >> [EmptyOperator(task_id="work"), EmptyOperator(task_id="rest")]
