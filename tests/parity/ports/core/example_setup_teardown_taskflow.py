"""
Setups and teardowns that are functions, the teardowns taking what the setups return.
"""

import pendulum

from flowkit import Group, Pipeline, python, setup, task, teardown
from flowkit.airflow.dags import register


def my_first_task() -> None:
    print("Hello 1")


def my_second_task() -> None:
    print("Hello 2")


def my_third_task() -> None:
    print("Hello 3")


def outer_setup() -> str:
    print("I am outer_setup")
    return "some cluster id"


def outer_teardown(cluster_id: str) -> None:
    print("I am outer_teardown")
    print(f"Tearing down cluster: {cluster_id}")


def outer_work() -> None:
    print("I am just a normal task")


def inner_setup() -> str:
    print("I set up")
    return "some_cluster_id"


def inner_work(cluster_id: str) -> None:
    print(f"doing some work with {cluster_id=}")


def inner_teardown(cluster_id: str) -> None:
    print(f"tearing down {cluster_id=}")


inner = setup("inner_setup", python(inner_setup))
section_1 = (
    Group("section_1")
    .then(inner)
    .task("inner_work", python(inner_work, inner.output))
    .teardown("inner_teardown", python(inner_teardown, inner.output))
)
outer = setup("outer_setup", python(outer_setup))
outer_end = teardown("outer_teardown", python(outer_teardown, outer.output))

register(
    Pipeline(
        "example_setup_teardown_taskflow",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
    )
    .setup("my_first_task", python(my_first_task))
    .task("my_second_task", python(my_second_task))
    .teardown("my_third_task", python(my_third_task), setups="my_first_task")
    .add(outer >> task("outer_work", python(outer_work)) >> outer_end, section_1)
)
