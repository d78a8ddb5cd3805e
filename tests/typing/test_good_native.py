"""
Good uses of `native`: the arguments are those of the function or the class, and the output may be anything.
"""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import TaskGroup, task_group
from airflow.sdk import task as airflow_task
from typing_extensions import assert_type

from flowkit import Action, Pipeline, Task, native, python, task
from tests.typing import steps
from tests.typing.twins import arguments, function, kind, refers


def make_load(name: str, *, table: str = "t") -> BashOperator:
    return BashOperator(task_id=name, bash_command=f"load {table}")


class Quality(TaskGroup):
    def __init__(self, group_id: str, *rules: str, **kwargs: Any) -> None:
        super().__init__(group_id, **kwargs)


@airflow_task
def double(number: int) -> int:
    return 2 * number


@task_group
def doubled(number: int) -> None: ...


def test_functions() -> None:
    """Whatever they return."""
    made = native(make_load, "load", table="orders")
    nothing = native(steps.store, [], table="rows")

    assert_type(made, Action[Any])
    assert kind(made) is Action
    assert function(made) is make_load
    assert arguments(made) == ["load", "orders"]
    assert_type(nothing, Action[Any])
    assert kind(nothing) is Action


def test_classes() -> None:
    """Subclasses of Airflow's TaskGroup, and operators."""
    group = native(Quality, "quality", "unique", tooltip="Checks")
    shell = native(BashOperator, task_id="shell", bash_command="true")

    assert_type(group, Action[Any])
    assert function(group) is Quality
    assert_type(shell, Action[Any])
    assert function(shell) is BashOperator


def test_what_airflow_has_decorated() -> None:
    """The signature is that of the function."""
    number = task("number", python(steps.double, 2))
    made = native(double, number.output)
    group = native(doubled, 3)

    assert_type(made, Action[Any])
    assert refers(arguments(made)[0], to=number)
    assert_type(group, Action[Any])
    assert kind(group) is Action


def test_the_task() -> None:
    """Its output may be of any type."""
    made = task("load", native(make_load, "load"), pool="big")
    shown = python(steps.double, made.output)

    assert_type(made, Task[Any])
    assert kind(made) is Task
    assert refers(arguments(shown)[0], to=made)
    assert_type(Pipeline("p").task("q", native(Quality, "q"), after=made), Pipeline)
    assert kind(Pipeline("p").task("q", native(Quality, "q"), after=made)) is Pipeline
