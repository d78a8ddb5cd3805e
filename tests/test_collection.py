"""
A bare `pytest` runs all tests: no folder, whatever its name, is left out.
"""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.support import ROOT


@pytest.mark.e2e
def test_every_test_file_is_collected() -> None:
    """Each `tests/**/test_*.py` is among the files that `pytest`, without arguments, collects."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-rs", "-p", "no:cacheprovider"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr

    # A module that skips itself, where one of its servers or packages is missing, was found as well.
    collected = set(
        re.findall(r"^(?:SKIPPED \[\d+\] )?(tests/\S+?\.py)(?:::|:\d+: )", done.stdout, re.MULTILINE)
    )
    expected = {str(file.relative_to(ROOT)) for file in (ROOT / "tests").rglob("test_*.py")}
    assert collected == expected
