"""
What runs only for the latest interval, beside what always runs, and a task that waits for both.
"""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.latest_only import LatestOnlyOperator

from flowkit import Pipeline, operator_of, task
from flowkit.airflow.dags import register

latest_only = task("latest_only", operator_of(LatestOnlyOperator))
task1, task2, task3 = task("task1"), task("task2"), task("task3")
task4 = task("task4", trigger_rule="all_done")

register(
    Pipeline(
        "latest_only_with_trigger",
        schedule=timedelta(hours=4),
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example", "example3"],
    ).add(latest_only >> task1 >> [task3, task4], task2 >> [task3, task4])
)
