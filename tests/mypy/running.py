"""
Runs mypy with the plugin.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support import ROOT

FOLDER = Path(__file__).parent

_DISCARDED = re.compile("created here is never used|^The result of .* is discarded")


def run_mypy(*arguments: str, cache: Path) -> list[dict[str, Any]]:
    """
    Run mypy with the plugin, and return its messages about other files than flowkit's.
    """
    settings = str(FOLDER / "mypy.ini")
    command = [sys.executable, "-m", "mypy", "--config-file", settings, "--cache-dir", str(cache)]
    done = subprocess.run(
        [*command, "--output", "json", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "MYPYPATH": str(ROOT)},
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    assert done.stderr == ""
    found = [json.loads(line) for line in done.stdout.splitlines() if line]
    # An older mypy, with older types of Python's own modules, has other thoughts about flowkit itself.
    found = [one for one in found if not one["file"].startswith("flowkit")]
    # The cases are statements of their own, so their results are discarded. The corpus covers that mistake.
    return [one for one in found if not _DISCARDED.search(one["message"])]
