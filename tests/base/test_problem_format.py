"""
Tests of `flowkit.base.problem_format`.
"""

from __future__ import annotations

import json

import pytest

from flowkit.base.call_site import SourceLocation
from flowkit.base.problem_format import (
    format_github,
    format_problem,
    format_report,
    format_short,
    from_record,
    to_json,
    to_record,
)
from flowkit.base.problems import Problem

LOCATION = SourceLocation("/dags/a.py", 7)
ERROR = Problem("FK101", "Duplicate task id 'a'.", "Rename one.", LOCATION, "etl")
WARNING = Problem("FK505", "It looks like a secret.", "", None, None)
FAILURE = Problem(
    "FK501", "It cannot be loaded.", "Fix it.", LOCATION, traceback="Traceback\n  line", end_line=9
)


def test_for_a_terminal() -> None:
    """One line with location and code, and indented lines with the traceback, the hint and the pipeline."""
    assert format_problem(ERROR).splitlines() == [
        "/dags/a.py:7: FK101 Duplicate task id 'a'.",
        "    Rename one.",
        "    In pipeline 'etl'.",
    ]
    assert format_problem(WARNING) == "warning: FK505 It looks like a secret."
    assert format_problem(FAILURE).splitlines()[1:] == ["    Traceback", "      line", "    Fix it."]


def test_the_code_can_be_coloured() -> None:
    """The caller decides how the code looks; the rest of the text is the same."""
    assert format_problem(ERROR, style_code=lambda code: f"<{code}>") == format_problem(ERROR).replace(
        "FK101", "<FK101>"
    )


def test_the_pipeline_is_not_named_twice() -> None:
    """A message that names the pipeline needs no line that does."""
    named = Problem("FK109", "Pipeline 'etl' has no tasks.", "Add one.", LOCATION, "etl")

    assert "In pipeline" not in format_problem(named)


@pytest.mark.parametrize("text", ["a\nb", "\x1b[31mred", "bell\x07"])
def test_nothing_moves_the_cursor(text: str) -> None:
    """File names and messages may contain anything; a terminal gets one line for each line that is meant."""
    problem = Problem("FK501", text, "", SourceLocation(f"/dags/{text}.py", 1))

    assert format_problem(problem).isprintable()


def test_a_report_is_grouped_by_pipeline() -> None:
    """Exceptions and Airflow's import errors name each pipeline once, with the number of its problems."""
    other = Problem("FK109", "It has no tasks.", "", LOCATION, "etl")

    assert format_report([ERROR, other]).splitlines() == [
        "Pipeline 'etl' has 2 problems:",
        "  /dags/a.py:7: FK101 Duplicate task id 'a'.",
        "      Rename one.",
        "  /dags/a.py:7: FK109 It has no tasks.",
    ]
    assert format_report([WARNING]).splitlines()[0] == "1 problem:"


def test_for_github() -> None:
    """A workflow command with severity, file, line and code; line breaks, colons and commas are escaped."""
    assert format_github(ERROR) == (
        "::error file=/dags/a.py,line=7,title=FK101::Duplicate task id 'a'.%0ARename one.%0AIn pipeline 'etl'."
    )
    odd = Problem("FK505", "100%", "", SourceLocation("/a,b:c.py", 1))
    assert format_github(odd) == "::warning file=/a%2Cb%3Ac.py,line=1,title=FK505::100%25"


def test_as_json() -> None:
    """The keys that `flowkit check --format json` documents."""
    assert to_json(FAILURE) == {
        "code": "FK501",
        "severity": "error",
        "file": "/dags/a.py",
        "line": 7,
        "message": "It cannot be loaded.",
        "hint": "Fix it.",
        "dag_id": None,
        "traceback": "Traceback\n  line",
    }
    assert to_json(WARNING)["file"] == ""


def test_the_short_form_has_no_location_and_no_code() -> None:
    """mypy shows both itself."""
    assert format_short(ERROR) == "Duplicate task id 'a'. Rename one."
    assert format_short(WARNING) == "It looks like a secret."


@pytest.mark.parametrize("problem", [ERROR, WARNING, FAILURE])
def test_a_record_survives_json(problem: Problem) -> None:
    """Processes exchange problems without loss."""
    assert from_record(json.loads(json.dumps(to_record(problem)))) == problem
