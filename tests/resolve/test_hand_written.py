"""
Outputs, operators, groups and DAGs of hand-written Airflow in the arguments of tasks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

import flowkit
from flowkit import Group, Pipeline, each, each_group, native, over, python, task
from tests.base.test_airflow_classes import of_airflow
from tests.recorded import problems_when_built

operator: Any = flowkit.operator

OUTPUT = of_airflow("XComArg")()
OPERATOR: Any = of_airflow("BaseOperator", of_airflow("AbstractOperator"))


class Shell(OPERATOR):  # type: ignore[misc]
    template_fields = ("command",)

    def __init__(self, *, command: Any = None, env: Any = None, **kwargs: Any) -> None: ...


@dataclass
class Record:
    rows: Any


def fn(*values: Any, **named: Any) -> None: ...


def of_two(first: Any, second: Any) -> None: ...


def group_of(item: Any) -> Group[None]:
    return Group("g").task("a", python(fn, item))


@pytest.mark.parametrize("value", [OUTPUT, Shell(), of_airflow("TaskGroup")(), of_airflow("DAG")()])
@pytest.mark.parametrize("around", [lambda value: value, lambda value: [{"a": (value,)}], Record])
def test_in_the_arguments_of_functions_and_operators(value: Any, around: Any) -> None:
    """
    They are found within containers and records, in each argument.
    """
    for action in (
        python(fn, around(value)),
        python(fn, named=around(value)),
        python(fn).by("virtualenv", requirements=around(value)),
        each(of_two, first=over([1]), second=around(value)),
        operator(Shell, command=around(value)),
        operator(Shell, env=around(value)),
        native(fn, around(value)),
    ):
        found = {problem.code for problem in problems_when_built(Pipeline("p").task("x", action))}
        assert found == {"FK214"}, action


def test_in_what_is_mapped_over_and_in_options() -> None:
    """
    Airflow would map over a task that is not in the pipeline.
    """
    untyped: Any = flowkit
    for node in (
        each_group(group_of, over([OUTPUT])),
        task("a", untyped.each(of_two, first=over([OUTPUT]), second=1)),
        untyped.task("a", executor_config={"rows": OUTPUT}),
    ):
        assert "FK214" in {problem.code for problem in problems_when_built(Pipeline("p").then(node))}


def test_the_message() -> None:
    """
    It names the task, the argument and what it is.
    """
    (problem,) = problems_when_built(Pipeline("p").task("x", python(fn, OUTPUT)))
    assert problem.message == (
        "Task 'x' gives argument 1 of fn the output of an Airflow task, made by hand-written Airflow code: flowkit "
        "does not know the task that it belongs to."
    )
    assert problem.hint == (
        "Let one function make both tasks: native(make, …). Or write the other task with flowkit as well."
    )
    assert problem.location is not None
    assert problem.location.file == __file__
