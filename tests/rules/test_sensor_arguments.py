"""
Tests of `flowkit.rules.sensor_arguments`, with a stand-in for Airflow's sensors.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import flowkit
from flowkit import Pipeline, python, task
from tests.resolve.locations import mark, problems

operator: Any = flowkit.operator  # the operators below are none to a type checker


class BaseOperator:
    """Stand for Airflow's class."""

    def __init__(self, **kwargs: Any) -> None: ...


class BaseSensorOperator(BaseOperator):
    """Stand for Airflow's class."""

    valid_modes = ("poke", "reschedule")

    def __init__(
        self,
        *,
        mode: str = "poke",
        poke_interval: Any = 60,
        timeout: Any = None,
        max_wait: Any = None,
        soft_fail: bool = False,
        never_fail: bool = False,
        **kwargs: Any,
    ) -> None: ...


class PokeOnly(BaseSensorOperator):
    """Stand for a sensor with Airflow's `poke_mode_only`."""

    mode = property(lambda _: "poke")


class Job(BaseOperator):
    """An operator that is no sensor."""

    def __init__(self, *, mode: str = "", timeout: str = "", **kwargs: Any) -> None: ...


def build(action: Any) -> Pipeline:
    """Return a pipeline of one task."""
    return Pipeline("p").then(task("a", action))


def ready() -> bool:
    """Look whether it is there."""
    return True


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mode": "pok"}, "got mode='pok', which this sensor does not have. Did you mean 'poke'?"),
        ({"mode": 3}, "got mode=a int, which this sensor does not have. Write mode='reschedule'."),
        (
            {"timeout": "1h"},
            "got an invalid timeout: it must be a timedelta or a number of seconds, not str.",
        ),
        (
            {"poke_interval": -1},
            "got an invalid poke_interval: it must be a timedelta or a number of seconds, not a",
        ),
        ({"timeout": timedelta(-1)}, "not a negative one. Write timeout=timedelta(minutes=5)."),
        ({"soft_fail": True, "never_fail": True}, "got both soft_fail=True and never_fail=True"),
    ],
)
def test_values_that_airflow_refuses(arguments: dict[str, Any], message: str) -> None:
    """In the operator, and in the decorator."""
    at = mark()
    [problem] = problems(build(operator(BaseSensorOperator, **arguments)))
    assert problem.startswith(f"{at(1)}: FK310 operator(BaseSensorOperator, …) got")
    assert message in problem
    [problem] = problems(build(python(ready).by("sensor", **arguments)))
    assert 'FK310 .by("sensor", …) got' in problem
    assert message in problem


@pytest.mark.parametrize(
    "arguments",
    [
        {"mode": "reschedule", "timeout": 60, "poke_interval": timedelta(seconds=5), "max_wait": None},
        {"soft_fail": True},
        {"poke_interval": 0.5},
    ],
)
def test_valid_values(arguments: dict[str, Any]) -> None:
    """Numbers and durations are accepted."""
    assert build(operator(BaseSensorOperator, **arguments)).build()


def test_the_modes_are_those_of_the_class() -> None:
    """Some sensors only poke; other operators have arguments of the same names."""
    assert "got mode='reschedule'" in problems(build(operator(PokeOnly, mode="reschedule")))[0]
    assert build(operator(Job, mode="overwrite", timeout="1h")).build()
