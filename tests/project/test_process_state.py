"""
Files that change the process that loads them.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from flowkit.project.process_state import ProcessState
from tests.support import ROOT

STATE = """
import builtins, os, signal, sys
def state():
    os.umask(mask := os.umask(0))
    return (
        dict(vars(builtins)), sys.modules["json"], os.environ.copy(), sys.path[:], sys.stdout, os.getcwd(),
        sys.getrecursionlimit(), signal.getsignal(signal.SIGTERM), signal.getitimer(signal.ITIMER_REAL), mask,
    )
"""


@pytest.mark.parametrize(
    "act",
    [
        "builtins.open = builtins.len = None; builtins.extra = 1; del builtins.print",
        "del sys.modules['json']",
        "sys.modules['json'] = None",
        "sys.modules.clear()",
        "os.environ.clear()",
        "os.environ['NEW'] = 'x'",
        "sys.path.clear()",
        "sys.path = ()",
        "sys.meta_path.clear()",
        "sys.stdout = None",
        "os.chdir('/')",
        "os.umask(0o777)",
        "sys.setrecursionlimit(5000)",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
        "signal.alarm(100)",
    ],
)
def test_what_is_restored(act: str) -> None:
    """
    In a process of its own: this one would suffer, if it were not.
    """
    code = (
        f"{STATE}\nimport json\nfrom flowkit.project.process_state import ProcessState\n"
        f"before = state()\nwith ProcessState():\n    {act}\n"
        "raise SystemExit(0 if state() == before else 3)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    assert done.returncode == 0


def test_new_modules_stay() -> None:
    """
    They are not imported again for each file.
    """
    with ProcessState():
        sys.modules["new_module_of_a_test"] = sys
    assert sys.modules.pop("new_module_of_a_test") is sys


def test_finders_of_libraries_stay_and_those_of_files_go() -> None:
    """
    `importlib_metadata`, which Airflow imports, takes the place of Python's own finder of distributions.
    """
    code = (
        "import sys\nfrom flowkit.project.process_state import ProcessState\n"
        "class Own:\n    def find_spec(self, *_): ...\n    def __eq__(self, _): raise ValueError\n"
        "own = Own()\n"
        "with ProcessState():\n    import importlib_metadata\n    sys.meta_path.insert(0, own)\n"
        "from importlib.metadata import entry_points\n"
        "assert entry_points(group='apache_airflow_provider')\n"
        "assert not any(finder is own for finder in sys.meta_path)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    assert done.returncode == 0
