"""
What the user's code starts ends with it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from flowkit.base import keeper
from tests.support import ROOT

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")

# A program, a fork of a fork in a session of its own, and one that ignores signals: each notes its id.
FAMILY = """
import os, pathlib, signal, subprocess, sys, time

ids = pathlib.Path(sys.argv[1])

def note():
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    with ids.open("a") as file:
        file.write(f"{os.getpid()}\\n")

def start_family():
    program = f"open({str(ids)!r}, 'a').write(f'{{__import__(\\"os\\").getpid()}}\\\\n'); import time; time.sleep(99)"
    subprocess.Popen([sys.executable, "-c", program], start_new_session=True)
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            note()
            time.sleep(99)
        os._exit(0)
    note()
    while len(ids.read_text().splitlines()) < 3:
        time.sleep(0.01)
"""
KEPT = f"""
from flowkit.base import keeper
{FAMILY}
def kept(last):
    pid = os.fork()
    if pid == 0:
        keeper.split()
        start_family()
        exec(last)
        os._exit(0)
    return pid
"""


def _run(code: str, ids: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", KEPT + code, str(ids)], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )


def _alive(ids: Path) -> list[int]:
    found = []
    for line in ids.read_text().splitlines() if ids.exists() else ():
        with suppress(OSError, IndexError):
            # A zombie waits for its parent only.
            if Path(f"/proc/{line}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                found.append(int(line))
    return found


def _wait_for(count: int, ids: Path) -> None:
    deadline = time.monotonic() + 20
    while len(_alive(ids)) != count:
        assert time.monotonic() < deadline, _alive(ids)
        time.sleep(0.02)


@pytest.fixture
def ids(tmp_path: Path) -> Iterator[Path]:
    """
    The file in which processes note their ids. Those that are left are killed.
    """
    file = tmp_path / "ids"
    yield file
    for pid in _alive(file):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize(
    ("last", "status"),
    [
        ("os._exit(7)", 7),
        ("pass", 0),
        ("1 / 0", 1),
        ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("os.killpg(0, signal.SIGKILL)", -signal.SIGKILL),
        ("__import__('ctypes').string_at(0)", -signal.SIGSEGV),
    ],
)
def test_when_it_exits(last: str, status: int, ids: Path) -> None:
    """
    Nothing is left, and its exit code is passed on.
    """
    code = f"raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(kept({last!r}), 0)[1]) % 256)"
    assert _run(code, ids).wait(timeout=30) == status % 256
    assert len(ids.read_text().splitlines()) == 3
    assert _alive(ids) == []


def test_when_it_is_asked_to_end(ids: Path) -> None:
    """
    `end` returns when nothing is left.
    """
    code = (
        "pid = kept('time.sleep(99)')\n"
        "while not ids.exists() or len(ids.read_text().splitlines()) < 3: time.sleep(0.01)\n"
        "keeper.end(pid)\n"
        "raise SystemExit(len(list(keeper._descendants(os.getpid()))))"
    )
    assert _run(code, ids).wait(timeout=30) == 0
    assert _alive(ids) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_when_the_parent_is_killed(number: signal.Signals, ids: Path) -> None:
    """
    Whatever kills it.
    """
    process = _run("kept('time.sleep(99)'); time.sleep(99)", ids)
    _wait_for(3, ids)
    process.send_signal(number)
    process.wait(timeout=20)
    _wait_for(0, ids)


def test_it_may_tidy_up(ids: Path, tmp_path: Path) -> None:
    """
    For a time. Folders that are temporary are deleted then.
    """
    code = (
        "keeper.temporary_folders.add(ids.parent / 'temporary')\n"
        "(ids.parent / 'temporary').mkdir()\n"
        "if os.fork() == 0:\n"
        "    keeper.split(grace_s=0.7)\n"
        "    start_family()\n"
        "    time.sleep(99)\n"
        "time.sleep(99)"
    )
    process = _run(code, ids)
    _wait_for(3, ids)
    process.kill()
    process.wait()
    time.sleep(0.2)
    assert len(_alive(ids)) == 3
    _wait_for(0, ids)
    deadline = time.monotonic() + 10
    while (tmp_path / "temporary").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_one_that_is_no_keeper() -> None:
    """
    It is ended as well.
    """
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(99)
        os._exit(0)
    time.sleep(0.2)
    keeper.end(pid, grace_s=0.2)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
