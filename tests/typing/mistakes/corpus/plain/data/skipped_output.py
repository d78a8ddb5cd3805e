"""
A function that needs the output of a task that a branch may skip.
"""
# Caught by: nothing.

from __future__ import annotations

from typing import Literal

from airflow.sdk import DAG, task


@task.branch
def choose() -> Literal["work", "rest"]:
    return "work"


@task
def work() -> int:
    return 1


@task
def rest() -> int:
    return 1


@task(trigger_rule="none_failed_min_one_success")
def tell(work: int, rest: int) -> None:  # right: def tell(work: int | None, rest: int | None) -> None:
    print(work, rest)


with DAG("data_skipped_output", schedule=None):
    worked, rested = work(), rest()
    choose() >> [worked, rested]
    tell(worked, rested)
