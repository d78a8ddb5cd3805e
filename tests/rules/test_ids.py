"""
Tests of `flowkit.rules.ids`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowkit.base.problems import Problem
from flowkit.rules.ids import Kind, checked_id
from tests.recorded import problems_from


@pytest.mark.parametrize(
    "value", ["a", "A-1_b", "0", "x" * 200, "größe", "заказы", "東京_1", "²", "-a", "x" * 124 + "ü"]
)
@pytest.mark.parametrize("kind", ["dag_id", "group_id", "task_id"])
def test_good_ids_are_returned(value: str, kind: Kind) -> None:
    """Letters and digits of any script, dashes and underscores make an id."""
    problems: list[Problem] = []

    assert checked_id(value, kind, problems) == value
    assert problems == []


@pytest.mark.parametrize("value", ["team.orders", ".", "..", ".a", "a.", "a..b", "...", "orders.py", "1.2"])
def test_pipelines_and_tasks_may_have_dots(value: str) -> None:
    """Airflow allows dots in their ids, not in those of groups. Browsers remove `.` and `..` from URLs."""
    is_good = value not in {".", ".."}

    assert (problems_from(checked_id, value, "dag_id") == []) is is_good
    assert (problems_from(checked_id, value, "task_id") == []) is is_good
    assert problems_from(checked_id, value, "group_id") != []


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "The task_id '' is empty."),
        ("a b", "The task_id 'a b' contains a character that is not a letter, a digit, `-`, `_` or `.`."),
        ("a\n", "The task_id 'a\\n' contains a character that is not a letter, a digit, `-`, `_` or `.`."),
        (
            "e\u0301",
            "The task_id 'e\u0301' contains a character that is not a letter, a digit, `-`, `_` or `.`.",
        ),
        ("..", "The task_id '..' means a folder in the URLs of Airflow's UI and API."),
        ("x𠀀", "The task_id 'x𠀀' contains '𠀀', which Airflow cannot store in MySQL."),
        (
            "ü" * 124,
            "This task_id has 248 bytes in UTF-8. Airflow names a folder of logs after it, which can have 247 at most.",
        ),
        ("x" * 251, "This task_id has 251 characters; Airflow allows 250 at most."),
        (None, "A task_id must be a string, not NoneType."),
        (7, "A task_id must be a string, not int."),
    ],
)
def test_bad_ids_are_refused(value: Any, message: str) -> None:
    """Everything else is refused with the reason, at the line of the call."""
    problems: list[Problem] = []
    checked_id(value, "task_id", problems)

    (caught,) = problems
    assert caught.code == "FK001"
    assert caught.message == message
    assert caught.location is not None
    assert caught.location.file == __file__


def test_groups_have_shorter_ids() -> None:
    """Airflow allows 200 characters for the id of a group."""
    assert re.search(
        "has 201 characters; Airflow allows 200 at most",
        str(problems_from(checked_id, "x" * 201, "group_id")[0]),
    )


def test_dots_are_explained_for_groups() -> None:
    """Who writes `outer.inner` learns where dots come from."""
    caught = problems_from(checked_id, "a.b", "group_id")[0]

    assert "Airflow itself adds dots" in caught.hint


# What Airflow accepts, and flowkit does not.
_REFUSED = re.compile(r".*\n|\.\.?|.*[^\u0000-\uffff].*", re.DOTALL)


@settings(deadline=None)  # the first call imports Airflow
@given(st.text("aZ9_-. é\nß中𠀀", max_size=8))
def test_what_is_accepted_is_what_airflow_accepts(value: str) -> None:
    """No id passes here and fails in Airflow, and only few with a reason the other way round."""
    assert os.environ["AIRFLOW_HOME"]
    from airflow.sdk.definitions._internal.node import validate_group_key, validate_key

    kinds: tuple[tuple[Kind, Callable[[str], None]], ...] = (
        ("dag_id", validate_key),
        ("task_id", validate_key),
        ("group_id", validate_group_key),
    )
    for kind, validate in kinds:
        if not problems_from(checked_id, value, kind):
            validate(value)
        elif not _REFUSED.fullmatch(value):
            with pytest.raises(ValueError, match="key"):
                validate(value)
