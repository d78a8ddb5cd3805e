"""
Tests of `flowkit.base.errors`.
"""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from flowkit.base import errors
from flowkit.base.call_site import SourceLocation
from flowkit.base.errors import (
    FlowkitError,
    OutputUseError,
    PipelineError,
    RegisterError,
)
from flowkit.base.problems import Problem
from flowkit.base.suggestions import did_you_mean, nearest

PROBLEM = Problem(
    "FK001", "The task_id 'a b' is bad.", "Choose another.", SourceLocation("/dags/a.py", 7), "etl"
)


def test_the_tree_at_the_head_of_the_module_is_the_tree() -> None:
    """The drawing in the docstring names every class of errors, and nothing else."""
    assert errors.__doc__ is not None
    drawn = {line.strip("├└─ ").split()[0] for line in errors.__doc__.splitlines() if "─" in line}
    public = {
        name
        for name in errors.__all__
        if isinstance(cls := getattr(errors, name), type) and issubclass(cls, FlowkitError)
    }

    assert drawn == public - {"FlowkitError"}


@pytest.mark.parametrize(
    ("cls", "builtin"),
    [
        (OutputUseError, TypeError),
        (RegisterError, Exception),
    ],
)
def test_an_error_of_one_problem(cls: type[OutputUseError], builtin: type[Exception]) -> None:
    """It reads as the problem does, is of the builtin type that one expects, and survives pickling."""
    error = cls(PROBLEM)

    assert isinstance(error, (FlowkitError, builtin))
    assert issubclass(cls, builtin)
    assert str(error) == "/dags/a.py:7: FK001 The task_id 'a b' is bad. Choose another."
    assert pickle.loads(pickle.dumps(error)).problem == PROBLEM  # noqa: S301


def test_a_problem_without_place_and_cure() -> None:
    """What is not known is left out, with its punctuation."""
    assert str(Problem("FK001", "Bad.", "")) == "FK001 Bad."


def test_places_in_the_working_folder_are_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file below the working folder is shown relative to it, any other as it is."""
    monkeypatch.chdir(tmp_path)

    assert str(SourceLocation(str(tmp_path / "dags" / "a.py"), 3)) == f"{Path('dags', 'a.py')}:3"
    assert str(SourceLocation("/elsewhere/a.py", 3)) == "/elsewhere/a.py:3"
    assert str(SourceLocation("<stdin>", 3)) == "<stdin>:3"


def test_a_report_groups_by_pipeline() -> None:
    """All problems stand under their pipeline, in the order they came in, each with its cure below."""
    first = Problem("FK101", "One.", "Do this.", SourceLocation("/a.py", 1), "b")
    second = Problem("FK102", "Two.", "", None, "a")
    third = Problem("FK103", "Three.", "Do that.", None, "b")
    nowhere = Problem("FK104", "Four.", "")
    error = PipelineError(problem for problem in (first, second, third, nowhere))

    assert error.problems == (first, second, third, nowhere)
    assert isinstance(error, ValueError)
    assert str(error).splitlines() == [
        "Pipeline 'b' has 2 problems:",
        "  /a.py:1: FK101 One.",
        "      Do this.",
        "  FK103 Three.",
        "      Do that.",
        "Pipeline 'a' has 1 problem:",
        "  FK102 Two.",
        "1 problem:",
        "  FK104 Four.",
    ]
    assert pickle.loads(pickle.dumps(error)).problems == error.problems  # noqa: S301


def test_the_nearest_name_is_proposed() -> None:
    """A near miss is proposed; a name unlike all others gets the other sentence."""
    known = ["extract", "transform", "load"]

    assert nearest("transfrom", known) == "transform"
    assert nearest("xyz", known) is None
    assert did_you_mean("laod", iter(known)) == "Did you mean 'load'?"
    assert did_you_mean("xyz", known, otherwise="There are three.") == "There are three."
    assert did_you_mean("xyz", known) == ""
