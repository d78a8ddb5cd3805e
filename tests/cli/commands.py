"""
Runs flowkit the way a user does, in a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support import ROOT


def run_flowkit(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """
    Run `flowkit` with *arguments* in the folder *cwd*, with `home` in it as the user's home.

    Args:
        arguments: The command and its arguments.

        cwd: The working folder.

        env: More environment variables.
    """
    return subprocess.run(
        [sys.executable, "-m", "flowkit", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(cwd / "home"), **env},
        timeout=120,
    )
