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


@pytest.mark.parametrize("value", ["a", "A-1_b", "0", "x" * 200])
@pytest.mark.parametrize("kind", ["dag_id", "group_id", "task_id"])
def test_good_ids_are_returned(value: str, kind: Kind) -> None:
    """Letters, digits, dashes and underscores make an id."""
    assert checked_id(value, kind, []) == value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "The task_id '' is empty."),
        ("a b", "The task_id 'a b' contains a character that is not a letter, a digit, `-` or `_`."),
        ("a\n", "The task_id 'a\\n' contains a character that is not a letter, a digit, `-` or `_`."),
        ("größe", "The task_id 'größe' contains a character that is not a letter, a digit, `-` or `_`."),
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


@pytest.mark.parametrize(("kind", "told"), [("task_id", True), ("group_id", True), ("dag_id", False)])
def test_dots_are_explained_within_a_pipeline(kind: Kind, told: bool) -> None:
    """Who writes `group.task` learns where dots come from; a pipeline stands in no group."""
    caught = problems_from(checked_id, "a.b", kind)[0]

    assert ("Airflow itself adds dots" in caught.hint) is told


@settings(deadline=None)  # the first call imports Airflow
@given(st.text("aZ9_-. é\n", max_size=8))
def test_what_is_taken_airflow_takes(value: str) -> None:
    """No id passes here and fails in Airflow, whose rules are wider."""
    assert os.environ["AIRFLOW_HOME"]
    from airflow.sdk.definitions._internal.node import validate_group_key, validate_key

    kinds: tuple[tuple[Kind, Callable[[str], None]], ...] = (
        ("task_id", validate_key),
        ("group_id", validate_group_key),
    )
    for kind, validate in kinds:
        if not problems_from(checked_id, value, kind):
            validate(value)
