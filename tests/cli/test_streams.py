"""
Standard output that is closed, full or gone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT

HEAD = "from flowkit import Pipeline\nfrom flowkit.airflow.dags import register\n"
DAG_FILES = {
    "good.py": f'{HEAD}register(Pipeline("good").task("t"))\n',
    "bad.py": f'{HEAD}register(Pipeline("bad").task("t").task("t"))\n',
}
COMMANDS = ("check", "check --format json", "list", "show good", "show --all --format json", "--help")


def _shell(project: Path, line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", line],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT), "FLOWKIT": f"{sys.executable} -m flowkit"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.e2e
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("end", [">&-", "2>&-", ">&- 2>&-", "<&-", ">/dev/full", "| true", "2>/dev/full"])
def test_no_traceback(project: Path, command: str, end: str) -> None:
    """
    Whatever the streams are.
    """
    done = _shell(project, f"$FLOWKIT {command} {end}")
    assert "Traceback" not in done.stderr + done.stdout
    assert "Exception ignored" not in done.stderr


def test_a_folder_that_is_gone(project: Path) -> None:
    """
    The working folder may have been deleted.
    """
    for command in COMMANDS[:-1]:
        done = _shell(project, f"mkdir gone; cd gone; rmdir ../gone; $FLOWKIT {command}")
        assert "Traceback" not in done.stderr
        assert done.returncode in {1, 2}
