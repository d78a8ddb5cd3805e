"""
Tests of `flowkit.base.problem_codes`.
"""

from __future__ import annotations

import re

import pytest

from flowkit.base.problem_codes import PROBLEM_KINDS
from flowkit.base.problems import Problem
from tests.support import ROOT

REGISTRY = ROOT / "flowkit" / "base" / "problem_codes.py"


def test_the_registry_has_the_codes_of_the_source() -> None:
    """Each code that the source reports is in the registry, and each of the registry is reported somewhere."""
    files = [file for file in (ROOT / "flowkit").rglob("*.py") if file != REGISTRY]
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)

    assert set(re.findall(r'"(FK\d{3})"', source)) == set(PROBLEM_KINDS)


def test_codes_are_in_order_and_titles_differ() -> None:
    """A person who reads the registry finds a code; no two problems have the same title."""
    assert list(PROBLEM_KINDS) == sorted(PROBLEM_KINDS)
    assert len({kind.title for kind in PROBLEM_KINDS.values()}) == len(PROBLEM_KINDS)


@pytest.mark.parametrize(("code", "severity"), [("FK101", "error"), ("FK505", "warning")])
def test_the_code_decides_the_severity(code: str, severity: str) -> None:
    """A problem is an error or a warning by its code alone."""
    problem = Problem(code, "message", "hint")

    assert problem.severity == severity
    assert problem.is_warning == (severity == "warning")
