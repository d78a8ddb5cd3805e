"""
A group written as a function, and placed five times side by side.
"""

import pendulum

from flowkit import Group, Pipeline, python, task
from flowkit.airflow.dags import register


def task_start() -> str:
    """Empty Task which is First Task of Dag"""
    return "[Task_start]"


def task_1(value: int) -> str:
    """Empty Task1"""
    return f"[ Task1 {value} ]"


def task_2(value: str) -> str:
    """Empty Task2"""
    return f"[ Task2 {value} ]"


def task_3(value: str) -> None:
    """Empty Task3"""
    print(f"[ Task3 {value} ]")


def task_end() -> None:
    """Empty Task which is Last Task of Dag"""
    print("[ Task_End  ]")


def section(value: int) -> Group:
    first = task("task_1", python(task_1, value))
    second = task("task_2", python(task_2, first.output))
    name = f"task_group_function__{value}" if value else "task_group_function"
    text = "TaskGroup for grouping related Tasks"
    return (
        Group(name, tooltip=text, doc_md=text)
        .then(first)
        .then(second)
        .task("task_3", python(task_3, second.output))
    )


register(
    Pipeline(
        "example_task_group_decorator",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
    )
    .task("task_start", python(task_start))
    .then(*(section(value) for value in range(5)))
    .task("task_end", python(task_end))
)
