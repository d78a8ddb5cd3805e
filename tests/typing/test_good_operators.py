"""
Good uses of Airflow's own classes: operators, assets, timetables. This file alone imports Airflow.
"""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.latest_only import LatestOnlyOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import Asset, CronTriggerTimetable, TriggerRule
from typing_extensions import assert_type

from flowkit import Action, Pipeline, Schedule, Task, operator, operator_of, python, task
from tests.typing import steps
from tests.typing.twins import arguments, function, kind, refers


def test_operator() -> None:
    """`operator` takes the class and the arguments of its constructor."""
    said = operator(BashOperator, bash_command="echo hello", env={"A": "b"})
    called = operator(PythonOperator, python_callable=steps.double, op_args=[1])

    assert_type(said, Action[Any])
    assert kind(said) is Action
    assert function(said) is BashOperator
    assert arguments(said) == ["echo hello", {"A": "b"}]
    assert_type(called, Action[Any])
    assert function(called) is PythonOperator


def test_task_of_an_operator() -> None:
    """What an operator returns nobody knows: its output stands everywhere."""
    said = task("say", operator(BashOperator, bash_command="echo 1"), trigger_rule=TriggerRule.ALL_DONE)
    twice = task("twice", python(steps.double, said.output))

    assert_type(said, Task[Any])
    assert kind(said) is Task
    assert_type(said.output, Any)
    assert refers(said.output, to=said)
    assert_type(twice, Task[int])
    assert refers(arguments(twice)[0], to=said)


def test_operator_of() -> None:
    """`operator_of` takes what has no constructor of its own, and arguments that nobody checks."""
    latest = task("latest", operator_of(LatestOnlyOperator))
    given: dict[str, Any] = {"bash_command": "echo hello"}
    said = operator_of(BashOperator, **given)

    assert_type(latest, Task[Any])
    assert kind(latest) is Task
    assert function(latest) is LatestOnlyOperator
    assert arguments(latest) == []
    assert_type(said, Action[Any])
    assert arguments(said) == ["echo hello"]


def test_output_in_an_operator() -> None:
    """The arguments of an operator take outputs, whole and in f-strings."""
    names = task("names", python(steps.names_of, []))
    one = task("one", python(steps.first, names.output))
    whole = task("whole", operator(BashOperator, bash_command=one.output))
    text = task("text", operator(BashOperator, bash_command=f"echo {one.output}"))

    assert_type(whole, Task[Any])
    assert refers(arguments(whole)[0], to=one)
    assert_type(text, Task[Any])
    assert arguments(text) == [f"echo {one.output}"]


def test_schedules_of_airflow() -> None:
    """Assets, conditions of them and timetables are schedules."""
    users, orders = Asset("users"), Asset("orders")
    schedules: list[Schedule] = [
        users,
        [users, orders],
        users & orders,
        CronTriggerTimetable("0 6 * * *", timezone="UTC"),
    ]
    pipelines = [Pipeline("etl", schedule=schedule).task("a", outlets=[users]) for schedule in schedules]

    assert_type(pipelines, list[Pipeline])
    assert [one.build().settings["schedule"] for one in pipelines] == schedules
