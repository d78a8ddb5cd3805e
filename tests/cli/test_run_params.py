"""
`--param`, `--conf` and `--date` of `flowkit run`.
"""

from __future__ import annotations

import argparse
import re
from datetime import date
from typing import Annotated, Any, Literal

import attrs
import pytest

from flowkit import Form, Pipeline
from flowkit.cli.run_params import conf_argument, date_argument, param_argument, run_conf


@attrs.frozen
class Choice:
    """
    One param of each kind.
    """

    region: Literal["EU", "US"]
    number: Annotated[int, Form(minimum=1)] = 3
    ratio: float = 0.5
    full: bool = False
    day: date | None = None
    tables: list[str] = attrs.field(factory=list)
    text: str = ""


PIPELINE = Pipeline("typed", params=Choice).task("a").build()


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("number=7", "number", 7),
        ("ratio=2", "ratio", 2),
        ("full=true", "full", True),
        ("full=True", "full", True),
        ("day=2026-01-31", "day", "2026-01-31"),
        ("day=null", "day", None),
        ('tables=["a", "b"]', "tables", ["a", "b"]),
        ("text=7", "text", "7"),
        ("text=a=b", "text", "a=b"),
        ("text=", "text", ""),
    ],
)
def test_the_type_of_a_param_decides_how_its_text_is_read(text: str, name: str, value: object) -> None:
    """
    Text stays text even if it looks like a number.
    """
    conf, problems = run_conf(PIPELINE, {"region": "EU"}, [param_argument(text)])

    assert problems == []
    assert conf == {"region": "EU", name: value}
    assert type(conf[name]) is type(value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("number=x", "--param number: 'x' is not of type integer"),
        ("number=0", "The param 'number' does not match its schema: minimum: 1."),
        ("region=UK", "The param 'region' does not match its schema: enum: ['EU', 'US']."),
        ("full=1", "--param full: '1' is not of type boolean"),
        ("nmber=1", "typed has no param 'nmber'. Did you mean 'number'?"),
    ],
)
def test_wrong_params(text: str, problem: str) -> None:
    """
    Each is one line.
    """
    _, problems = run_conf(PIPELINE, {"region": "EU"}, [param_argument(text)])

    assert problems == [problem]


def test_a_param_without_a_default_is_required() -> None:
    """
    Airflow would refuse it in each task that uses the params.
    """
    assert run_conf(PIPELINE, {}, []) == ({}, ["typed needs a value for 'region'. Pass --param region=…."])


def test_params_win_over_conf_and_conf_may_hold_more() -> None:
    """
    A configuration is free.
    """
    conf, problems = run_conf(PIPELINE, {"region": "EU", "other": [1]}, [("region", "US")])

    assert (conf, problems) == ({"region": "US", "other": [1]}, [])


def test_plain_values_have_no_schema() -> None:
    """
    What reads as JSON is JSON, all else is text.
    """
    spec = Pipeline("plain", params={"a": 1, "b": "x"}).task("a").build()

    assert run_conf(spec, {}, [("a", "2"), ("b", "y z")]) == ({"a": 2, "b": "y z"}, [])


def test_a_pipeline_without_params() -> None:
    """
    The message names the other way.
    """
    _, problems = run_conf(Pipeline("none").task("a").build(), {}, [("a", "1")])

    assert problems == ["none has no param 'a'. It has no params; pass --conf."]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-01-31", "2026-01-31T00:00:00+00:00"),
        ("2026-01-31T06:00:00Z", "2026-01-31T06:00:00+00:00"),
        ("2026-01-31T06:00+01:00", "2026-01-31T06:00:00+01:00"),
    ],
)
def test_dates(text: str, value: str) -> None:
    """
    In UTC, unless they say otherwise.
    """
    assert date_argument(text) == value


@pytest.mark.parametrize(
    ("parse", "text", "message"),
    [
        (conf_argument, "[1]", "must be a JSON object, such as '{\"name\": 1}', not array"),
        (conf_argument, "{", "not valid JSON"),
        (param_argument, "x", "'x' must be NAME=VALUE"),
        (param_argument, "=x", "'=x' must be NAME=VALUE"),
        (date_argument, "tomorrow", "'tomorrow' must be a date such as 2026-01-31"),
    ],
)
def test_arguments_that_cannot_be_read(parse: Any, text: str, message: str) -> None:
    """
    The command line prints the reason, and exits with 2.
    """
    with pytest.raises(argparse.ArgumentTypeError, match=re.escape(message)):
        parse(text)
