"""
Files that change the process that loads them.
"""

from __future__ import annotations

import builtins
import os
import signal
import subprocess
import sys
import time

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


def test_it_is_quick() -> None:
    """
    Compared with what it takes to load a file.
    """
    began = time.process_time()
    for _ in range(200):
        with ProcessState():
            pass
    assert (time.process_time() - began) / 200 < 0.002
    assert builtins.len is len
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
