"""
Processes that end together.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flowkit.embedded.dev import airflow_processes
from flowkit.embedded.dev.airflow_processes import Processes, end_marked, marked

# A parent that ignores the end of its child, and a child in a session of its own that ignores SIGTERM.
FAMILY = """
import os, signal, time
if os.fork() == 0:
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Processes]:
    """
    Processes that do nothing, in place of those of Airflow.
    """
    monkeypatch.setattr(airflow_processes, "_AIRFLOW", "import sys; exec(sys.argv[1])")
    monkeypatch.setattr(
        airflow_processes, "COMPONENTS", {"family": (FAMILY,), "short": ("raise SystemExit(3)",)}
    )
    made = Processes(tmp_path, dict(os.environ))
    yield made
    made.stop(grace=0.5)


def wait(question: Callable[[], object]) -> None:
    """
    Wait until the answer is true.
    """
    deadline = time.monotonic() + 20
    while not question():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_all_end(processes: Processes, tmp_path: Path) -> None:
    """
    Also those in sessions of their own, and those that do not want to.
    """
    log = tmp_path / "log"
    processes.start("family", log)
    wait(lambda: log.read_text().count("ready") == 2)
    assert len(marked(tmp_path)) == 2
    processes.stop(grace=1)
    assert marked(tmp_path) == []
    assert processes.running == {}


def test_only_its_own_end(processes: Processes, tmp_path: Path) -> None:
    """
    Those of another folder live.
    """
    other = Processes(tmp_path / "other", dict(os.environ))
    (tmp_path / "other").mkdir()
    other.start("family", tmp_path / "other" / "log")
    wait(lambda: len(marked(tmp_path / "other")) == 2)
    assert end_marked(tmp_path, 0.5) == 0
    assert len(marked(tmp_path / "other")) == 2
    other.stop(grace=0.5)
    assert marked(tmp_path / "other") == []


def test_one_that_ends_by_itself_is_reported_once(processes: Processes, tmp_path: Path) -> None:
    """
    With its exit code.
    """
    processes.start("short", tmp_path / "log")
    found: dict[str, int] = {}
    wait(lambda: found.update(processes.pop_exited()) or found)
    assert found == {"short": 3}
    assert processes.pop_exited() == {}


def test_what_a_crashed_one_forked_ends_too(
    processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The one that takes its place forks its own.
    """
    same_session = FAMILY.replace("os.setsid()", "pass")
    monkeypatch.setattr(airflow_processes, "COMPONENTS", {"family": (same_session,)})
    log = tmp_path / "log"
    processes.start("family", log)
    wait(lambda: log.read_text().count("ready") == 2)
    processes.running["family"].kill()
    wait(processes.pop_exited)
    wait(lambda: marked(tmp_path) == [])


def test_a_command_is_run_to_its_end(processes: Processes, tmp_path: Path) -> None:
    """
    In an environment of its own, if need be; its output is kept.
    """
    log = tmp_path / "log"
    code = "import os; print(os.environ['NAME']); raise SystemExit(4)"
    assert processes.run(code, log=log, environment={**os.environ, "NAME": "x"}) == 4
    assert log.read_text() == "x\n"


def test_one_who_is_killed_leaves_what_the_next_one_ends(tmp_path: Path) -> None:
    """
    The mark is all that it takes.
    """
    code = (
        "import os, pathlib, time; from flowkit.embedded.dev import airflow_processes as s; "
        f"s._AIRFLOW = 'import sys; exec(sys.argv[1])'; s.COMPONENTS = {{'family': ({FAMILY!r},)}}; "
        f"h = pathlib.Path({str(tmp_path)!r}); s.Processes(h, dict(os.environ)).start('family', h / 'log'); "
        "time.sleep(60)"
    )
    killed = subprocess.Popen([sys.executable, "-c", code])
    wait(lambda: len(marked(tmp_path)) == 2)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert end_marked(tmp_path, 0.5) == 2
    assert marked(tmp_path) == []
