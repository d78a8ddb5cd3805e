"""
Groups of tasks, one of them inside another.
"""

import pendulum
from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator, task
from flowkit.airflow.dags import register

echo = operator(BashOperator, bash_command="echo 1")

register(
    Pipeline(
        "example_task_group",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
    )
    .task("start")
    .group("section_1", tooltip="Tasks for section_1")
    .task("task_1")
    .then(task("task_2", echo), task("task_3"))
    .end()
    .group("section_2", tooltip="Tasks for section_2")
    .task("task_1")
    .group("inner_section_2", tooltip="Tasks for inner_section2", after=())
    .then(task("task_2", echo), task("task_3"))
    .task("task_4")
    .end()
    .end()
    .task("end")
)
