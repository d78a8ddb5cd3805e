"""
Pieces of hand-written Airflow, as people have them: factories, code with groups, subclasses, decorated functions.
"""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, TaskGroup, task, task_group


def make_load(name: str, *, table: str) -> BashOperator:
    """
    An operator factory.
    """
    return BashOperator(task_id=name, bash_command=f"load {table}", retries=1)


def make_group() -> TaskGroup:
    """
    Code that makes a group.
    """
    with TaskGroup("checks", tooltip="By hand") as group:
        first = BashOperator(task_id="first", bash_command="true")
        with TaskGroup("inner"):
            second = BashOperator(task_id="second", bash_command="true")
        first >> second >> BashOperator(task_id="third", bash_command="true")
    return group


def make_loose() -> None:
    """
    Code that makes operators without a group.
    """
    left = BashOperator(task_id="left", bash_command="true")
    right = BashOperator(task_id="right", bash_command="true")
    [left, right] >> BashOperator(task_id="joined", bash_command="true")


class Quality(TaskGroup):
    """
    A group with tasks of its own.
    """

    def __init__(self, group_id: str, rules: tuple[str, ...] = ("a", "b"), **kwargs: Any) -> None:
        super().__init__(group_id, **kwargs)
        for rule in rules:
            BashOperator(task_id=rule, bash_command=f"check {rule}", task_group=self)


@task
def double(n: int) -> int:
    return 2 * n


@task_group
def doubled(n: int) -> Any:
    """
    Twice the double.
    """
    untyped: Any = double
    return untyped.override(task_id="again")(untyped(n))


@task_group
def per_item(n: int) -> None:
    double(n)


def map_group() -> Any:
    """
    A mapped group.
    """
    return per_item.expand(n=[1, 2, 3])


def map_operator() -> Any:
    """
    A mapped operator.
    """
    return BashOperator.partial(task_id="mapped", retries=4).expand(bash_command=["echo 1", "echo 2"])


def makes_dag() -> None:
    with DAG("other"):
        BashOperator(task_id="in_other", bash_command="true")
