"""
When a pipeline runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, final, get_args
from zoneinfo import ZoneInfo

from flowkit.base.call_site import caller
from flowkit.base.exception_text import class_name
from flowkit.base.problems import Problem
from flowkit.base.record import record
from flowkit.base.recording import note, recorded, recorded_value, refuse
from flowkit.base.suggestions import did_you_mean
from flowkit.model.asset_uris import ASCII_URI_HINT, has_other_uri

if TYPE_CHECKING:
    from airflow.sdk.bases.timetable import BaseTimetable
    from airflow.sdk.definitions.asset import BaseAsset
    from airflow.timetables.base import Timetable

Preset: TypeAlias = Literal[
    "@once", "@continuous", "@hourly", "@daily", "@weekly", "@monthly", "@quarterly", "@yearly"
]
"""The schedules that have a name, as Airflow knows them."""

PRESETS: tuple[str, ...] = get_args(Preset)

_FIELD_COUNT = 5
_STAND_IN = "0 0 * * *"
# croniter draws lots for `R` and `R(0-29)`.
_RANDOM = re.compile(r"(?:^|[\s,/])[Rr](?=$|[\s,/(])")


@final
@recorded_value
@record
class Cron:
    """
    A cron expression that has been checked. Made by `cron`.
    """

    expression: str
    """Five fields: minute, hour, day of month, month, day of week."""

    timezone: str | None = None
    """The name of a time zone, such as `Europe/Berlin`. `None`: the one of `start_date`, as in Airflow."""


class RelativeDelta(Protocol):
    """
    What a type checker needs to know of `dateutil.relativedelta.relativedelta`.

    The class itself has no types of its own. Where nobody has installed stubs for it, mypy would take it for
    `Any`, and with it every schedule.
    """

    months: int

    def normalized(self) -> object:
        """
        Return the same span with each unit within its range.
        """


# One of the task SDK, or, as Airflow's documentation has it for timetables of one's own, one of its core.
_AnyTimetable: TypeAlias = "BaseTimetable | Timetable"

# Not a `Collection` of assets: pyrefly accepts any literal string as a `Collection` of anything.
_Assets: TypeAlias = "BaseAsset | Sequence[BaseAsset] | AbstractSet[BaseAsset]"

Schedule: TypeAlias = "Preset | Cron | timedelta | RelativeDelta | _AnyTimetable | _Assets | None"
"""
Everything that `Pipeline(schedule=…)` takes: a preset, `cron(…)`, a `timedelta`, assets, or a timetable of
Airflow's or of your own. `None`: the pipeline runs only when it is triggered.
"""


def _no_schedule(problems: tuple[Problem, ...]) -> Cron:
    schedule = Cron(_STAND_IN)
    note(schedule, problems)
    return schedule


@recorded(_no_schedule)
def cron(expression: str, /, *, timezone: str | None = None) -> Cron:
    """
    Return the schedule of a cron *expression*. It must be one of a date that occurs.

    Args:
        expression: Five fields, as in `"*/15 * * * *"`.

        timezone: The name of the time zone that the fields are read in, such as `"Europe/Berlin"`.
            Without it Airflow takes the time zone of the pipeline's `start_date`.
    """
    problems = []
    if error := _cron_error(expression):
        hint = 'Write five fields, such as cron("*/15 * * * *") for every 15 minutes.'
        problems.append(Problem("FK002", error, hint, caller()))
    if timezone is not None and (problem := _zone_problem(timezone)):
        problems.append(problem)
    if problems:
        return _no_schedule(tuple(problems))

    return Cron(expression, timezone)


def _cron_error(expression: object) -> str | None:
    if not isinstance(expression, str):
        return f"A cron expression must be a string, not {class_name(expression)}."
    if expression in PRESETS:
        return f"{expression!r} is a preset, used without cron(…): schedule={expression!r}."
    if _RANDOM.search(expression):
        return f"{expression!r} contains R, a random time: it would change each time the file is parsed."
    if len(expression.split()) != _FIELD_COUNT:
        return f"{expression!r} has {len(expression.split())} fields; a cron expression has {_FIELD_COUNT}."
    # Here and not above: `import flowkit` has to stay light, and many pipelines have no cron expression.
    from croniter import CroniterBadDateError, CroniterError, croniter

    try:
        croniter(expression).get_next()
    except CroniterBadDateError:
        return f"{expression!r} names a date that never occurs."
    except (CroniterError, ValueError, TypeError) as error:
        return f"{expression!r} is not a cron expression: {_reason(error)}."
    return None


def _reason(error: Exception) -> str:
    # croniter puts the expression itself in front, in brackets: `[61 25 * * *] is not acceptable`.
    reason = re.sub(r"^\[.*?\]\s*(is not acceptable, )?", "", str(error)).rstrip(".")
    return reason or "it has the wrong form"


def _zone_problem(timezone: object) -> Problem | None:
    if not isinstance(timezone, str):
        message = f"A time zone must be a string, not {class_name(timezone)}."
        return Problem("FK002", message, 'Use a name such as "Europe/Berlin" or "UTC".', caller())
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, TypeError, OSError):  # One cause, many types.
        from zoneinfo import available_timezones

        hint = did_you_mean(
            timezone, available_timezones(), otherwise='Use a name such as "Europe/Berlin" or "UTC".'
        )
        return Problem("FK002", f"There is no time zone {timezone!r}.", hint, caller())
    return None


def checked_schedule(value: object) -> object:
    """
    Return *value* when a pipeline can have it as its schedule.

    Raises:
        RefusedError: If it is text that is not a preset, or another value that no pipeline runs by.
    """
    if isinstance(value, str):
        error = None if value in PRESETS else _text_error(value)
    elif isinstance(value, (int, float, bytes, date, Mapping)):
        message = f"A schedule cannot be of type {class_name(value)}."
        error = (message, 'Use a preset such as "@daily", cron("…"), a timedelta, assets or a timetable.')
    elif isinstance(value, timedelta) and value <= timedelta():
        error = ("The time between two runs must be positive.", "Write timedelta(hours=1).")
    elif isinstance(value, (list, tuple, set, frozenset)) and any(isinstance(item, str) for item in value):
        error = (
            "A list of schedules must contain assets, not strings.",
            'Write [Asset("…")], or one preset alone.',
        )
    elif has_other_uri(value):
        error = (
            "A schedule must be of assets whose URI is ASCII; by default it is the name.",
            ASCII_URI_HINT,
        )
    else:
        error = None

    if error:
        refuse("FK003", *error)
    return value


def _text_error(value: str) -> tuple[str, str]:
    if value.startswith("@"):
        hint = did_you_mean(value, PRESETS, otherwise=f"There are: {', '.join(PRESETS)}.")
        return f"There is no preset {value!r} for a schedule.", hint
    if len(value.split()) >= _FIELD_COUNT:
        hint = f'Write schedule=cron("{value}"): flowkit then checks the expression.'
        return "A cron expression is given as plain text.", hint
    hint = did_you_mean(value, PRESETS, otherwise=f'Use a preset ({", ".join(PRESETS)}) or cron("…").')
    return f"{value!r} is not a schedule.", hint
