"""
Objects of hand-written Airflow are known by the names of their classes.
"""

from __future__ import annotations

from typing import Any

import pytest

from flowkit.base.airflow_classes import airflow_kind, is_airflow_decorated, is_task_group_class


def of_airflow(name: str, *bases: type) -> type[Any]:
    """
    Return a class that looks like one of Airflow's.
    """
    return type(name, bases, {"__module__": "airflow.sdk.definitions.any"})


NODE = of_airflow("DAGNode")
GROUP = of_airflow("TaskGroup", NODE)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (of_airflow("XComArg"), "the output of an Airflow task"),
        (of_airflow("PlainXComArg", of_airflow("XComArg")), "the output of an Airflow task"),
        (of_airflow("BaseOperator", of_airflow("AbstractOperator", NODE)), "an Airflow operator"),
        (type("Own", (of_airflow("AbstractOperator", NODE),), {}), "an Airflow operator"),
        (GROUP, "an Airflow TaskGroup"),
        (type("Quality", (GROUP,), {}), "an Airflow TaskGroup"),
        (of_airflow("DAG"), "an Airflow DAG"),
        (type("DAG", (), {}), None),
        (type("TaskGroup", (), {"__module__": "airflows.own"}), None),
        (of_airflow("Asset"), None),
        (str, None),
    ],
)
def test_kinds(kind: type, expected: str | None) -> None:
    """
    The name and the package of a base decide, whatever the class itself is called.
    """
    assert airflow_kind(kind) == expected


def test_classes_of_groups() -> None:
    """
    The class, not an instance of it.
    """
    assert is_task_group_class(type("Quality", (GROUP,), {}))
    assert not is_task_group_class(GROUP())
    assert not is_task_group_class(NODE)
    assert not is_task_group_class(3)


def test_decorated_functions() -> None:
    """
    What `@task` and `@task_group` make.
    """
    assert is_airflow_decorated(of_airflow("_TaskDecorator")())
    assert is_airflow_decorated(of_airflow("_TaskGroupFactory")())
    assert not is_airflow_decorated(print)
