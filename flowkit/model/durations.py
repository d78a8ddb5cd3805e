"""
Durations as text, in ISO 8601: `PT15M`.
"""

from __future__ import annotations

import re
from datetime import timedelta

# ISO 8601, without years and months: they have no length of their own.
_DURATION = re.compile(
    r"P(?=[\dT])(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)


def duration_text(value: timedelta) -> str:
    """
    Return *value*, which is not negative, as text.
    """
    minutes, seconds = divmod(value.seconds, 60)
    fraction = f".{value.microseconds:06}".rstrip("0") if value.microseconds else ""
    amounts = (
        (minutes // 60, "H"),
        (minutes % 60, "M"),
        (f"{seconds}{fraction}" if seconds or fraction else 0, "S"),
    )
    clock = "".join(f"{amount}{unit}" for amount, unit in amounts if amount)
    days = f"{value.days}D" if value.days else ""
    return f"P{days}T{clock}" if clock else f"P{days}" if days else "PT0S"


def read_duration(value: str) -> timedelta:
    """
    Return the timedelta that *value* stands for.

    Raises:
        ValueError: If it is not a duration of weeks, days, hours, minutes and seconds.
    """
    match = _DURATION.fullmatch(value)
    if match is None:
        msg = f"{value!r} is not a duration in weeks, days, hours, minutes and seconds, such as PT15M or P1DT2H."
        raise ValueError(msg)
    return timedelta(**{unit: float(amount) for unit, amount in match.groupdict().items() if amount})
