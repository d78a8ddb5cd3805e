"""
What commands print of a pipeline, whatever objects it holds.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from flowkit import Pipeline
from flowkit.base.errors import PipelineError
from flowkit.base.sensitive import Masking
from flowkit.report.plan_values import Writer
from flowkit.report.schedule_text import next_runs
from tests.hostile_values import VALUES
from tests.report.every_report import reports_of


@pytest.mark.parametrize("name", VALUES)
def test_any_value_is_reported(name: str) -> None:
    """No value makes a command fail, not even one that fails in all that it is asked."""
    macros: Any = {"value": VALUES[name](), "values": [VALUES[name]()]}
    try:
        spec = Pipeline("p", user_defined_macros=macros).task("a", params=macros).build()
    except PipelineError:
        spec = Pipeline("p", user_defined_macros=macros).task("a").build()
    for text in reports_of(spec):
        text.encode(errors="backslashreplace")


def test_what_cannot_be_read_is_named_by_its_type() -> None:
    """The values beside it are written as ever."""
    written = Writer(Masking()).value([1, VALUES["fails_in_getattr"](), "b"])
    assert written[0] == 1
    assert written[1]["type"].endswith("FailsGetattr")
    assert written[2] == "b"


def test_a_huge_integer_is_described() -> None:
    """Python refuses to print it."""
    assert Writer(Masking()).value(10**5000) == {"$": "int", "bits": 16_610}


@pytest.mark.parametrize("start", [datetime.max, datetime.min])  # noqa: DTZ901
def test_runs_at_the_ends_of_the_calendar(start: datetime) -> None:
    """There are none that Python can compute."""
    settings = {"schedule": "@daily", "start_date": {"$": "datetime", "value": start.isoformat()}}
    assert isinstance(next_runs(settings, datetime(2026, 1, 1).astimezone()), tuple)
