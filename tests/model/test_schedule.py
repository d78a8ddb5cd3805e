"""
Tests of `flowkit.model.schedule`.
"""

from __future__ import annotations

import os
import re
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta

from flowkit.model.schedule import PRESETS, Cron, checked_schedule, cron
from tests.recorded import problem_of, problems_of, refused


def test_presets_are_airflows() -> None:
    """The presets are those of Airflow's cron timetables, and the two that are no cron."""
    assert os.environ["AIRFLOW_HOME"]
    from airflow.sdk.definitions.timetables._cron import CRON_PRESETS

    assert set(PRESETS) == {*CRON_PRESETS, "@once", "@continuous"}


@pytest.mark.parametrize(
    "expression",
    [
        "* * * * *",
        "*/15 * * * *",
        "0 0 L * *",
        "0 0 * * sun#1",
        "0 6 * * MON-FRI",
        "0 0 29 2 *",
        "0 0 1 MAR *",
    ],
)
def test_cron_keeps_the_expression(expression: str) -> None:
    """A good expression is kept as it was written."""
    assert cron(expression) == Cron(expression)
    assert cron(expression, timezone="Europe/Berlin") == Cron(expression, "Europe/Berlin")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("61 * * * *", "'61 * * * *' is not a cron expression: out of range."),
        ("* * * *", "'* * * *' has 4 fields; a cron expression has 5."),
        ("0 0 12 * * *", "'0 0 12 * * *' has 6 fields; a cron expression has 5."),
        ("", "'' has 0 fields; a cron expression has 5."),
        ("@daily", "'@daily' is a preset, used without cron(…): schedule='@daily'."),
        ("0 0 31 2 *", "'0 0 31 2 *' names a date that never occurs."),
        (
            "R R(2-4) * * *",
            "'R R(2-4) * * *' contains R, a random time: it would change each time the file is parsed.",
        ),
        (5, "A cron expression must be a string, not int."),
        (None, "A cron expression must be a string, not NoneType."),
    ],
)
def test_cron_refuses(expression: Any, message: str) -> None:
    """A bad expression fails at the line of the call, with the reason."""
    caught = problem_of(cron(expression))

    assert caught.code == "FK002"
    assert caught.message == message
    assert 'cron("*/15 * * * *")' in caught.hint
    assert caught.location is not None
    assert caught.location.file == __file__


@pytest.mark.parametrize(
    ("timezone_name", "hint"),
    [
        ("Europe/Berlino", "Did you mean 'Europe/Berlin'?"),
        ("", 'Use a name such as "Europe/Berlin" or "UTC".'),
        ("../../etc/passwd", 'Use a name such as "Europe/Berlin" or "UTC".'),
    ],
)
def test_cron_refuses_unknown_time_zones(timezone_name: Any, hint: str) -> None:
    """A time zone that does not exist fails with the nearest one."""
    caught = problem_of(cron("* * * * *", timezone=timezone_name))

    assert caught.message == f"There is no time zone {timezone_name!r}."
    assert caught.hint == hint


def test_cron_records_all_that_is_wrong() -> None:
    """The expression and the time zone are two problems of one call; the object can be used."""
    wrong: Any = cron
    schedule = wrong("* *", timezone=5)

    assert [problem.message for problem in problems_of(schedule)] == [
        "'* *' has 2 fields; a cron expression has 5.",
        "A time zone must be a string, not int.",
    ]
    assert repr(schedule) == "<Cron with 2 problems>"
    assert isinstance(schedule, Cron)


@pytest.mark.parametrize(
    "value",
    [None, *PRESETS, Cron("* * * * *"), timedelta(hours=1), relativedelta(months=1), [object()], object()],
    # Not the address of an object: processes that share the tests must agree on their names.
    ids=lambda value: re.sub(r" at 0x\w+", "", repr(value)),
)
def test_schedules_pass(value: object) -> None:
    """Presets, spans of time, and objects that only Airflow knows pass as they are."""
    assert checked_schedule(value) is value


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        ("@dayly", "There is no preset '@dayly' for a schedule.", "Did you mean '@daily'?"),
        ("daily", "'daily' is not a schedule.", "Did you mean '@daily'?"),
        ("@x", "There is no preset '@x' for a schedule.", f"There are: {', '.join(PRESETS)}."),
        ("", "'' is not a schedule.", f'Use a preset ({", ".join(PRESETS)}) or cron("…").'),
        (
            "0 5 * * *",
            "A cron expression is given as plain text.",
            'Write schedule=cron("0 5 * * *"): flowkit then checks the expression.',
        ),
        (
            ["@daily"],
            "A list of schedules must contain assets, not strings.",
            'Write [Asset("…")], or one preset alone.',
        ),
        (timedelta(0), "The time between two runs must be positive.", "Write timedelta(hours=1)."),
    ],
)
def test_texts_that_are_no_schedule_are_refused(value: object, message: str, hint: str) -> None:
    """What cannot be a schedule is refused with what was probably meant."""
    (caught,) = refused(checked_schedule, value)

    assert (caught.code, caught.message) == ("FK003", message)
    assert caught.hint == hint


@pytest.mark.parametrize(
    "value", [5, 1.5, True, b"@daily", date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=timezone.utc), {}]
)
def test_other_types_are_refused(value: object) -> None:
    """A number, a date or a mapping is no schedule."""
    (problem,) = refused(checked_schedule, value)

    assert problem.message == f"A schedule cannot be of type {type(value).__name__}."
