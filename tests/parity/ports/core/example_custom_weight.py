"""
A rule of one's own for how urgent tasks are, beside Airflow's.
"""

from datetime import timedelta

import pendulum
from airflow.example_dags.plugins.decreasing_priority_weight_strategy import DecreasingPriorityStrategy
from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, cron, operator, task
from flowkit.airflow.dags import register

echo = operator(BashOperator, bash_command="echo 1")

register(
    Pipeline(
        "example_custom_weight",
        schedule=cron("0 0 * * *"),
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        dagrun_timeout=timedelta(minutes=60),
        tags=["example", "example2"],
    )
    .task("start")
    .then(
        task("task_1", echo, weight_rule=DecreasingPriorityStrategy()),
        task("task_2", echo, weight_rule=DecreasingPriorityStrategy()),
        task("task_non_custom", echo, priority_weight=2),
    )
)
