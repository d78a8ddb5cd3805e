"""
`flowkit dev`, as far as it goes without an Airflow that runs; `tests/e2e/test_dev.py` has the rest.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flowkit.base.call_site import SourceLocation
from flowkit.base.errors import RunError
from flowkit.base.problems import Problem
from flowkit.cli import dev
from flowkit.cli.main import main
from flowkit.embedded.dev.airflow_home import ServerHome
from flowkit.embedded.dev.dev_events import Crashed, DiskLow, Event, Inspected, Late, Live, Ready, Starting
from flowkit.embedded.dev.snapshots import Changed
from flowkit.report.changes import Change, Detail
from tests.support import ROOT


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """
    An empty project, which is the working folder. Signals are handled as before, afterwards.
    """
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "dags" / "team").mkdir(parents=True)
    (tmp_path / "dags" / "team" / "one.py").touch()
    monkeypatch.chdir(tmp_path)
    before = {number: signal.getsignal(number) for number in dev._STOP_SIGNALS}
    yield tmp_path
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[tuple[Path, int]]]:
    """
    A function that makes `DevServer` yield events, and gives a list of what was asked to be served.
    """

    def prepare(*events: Event, end: BaseException | None = None) -> list[tuple[Path, int]]:
        asked = []

        class Server:
            def __init__(self, folder: Path, port: int) -> None:
                asked.append((folder, port))

            def run(self) -> Iterator[Event]:
                yield from events
                if end is not None:
                    raise end

        monkeypatch.setattr(dev, "DevServer", Server)
        return asked

    return prepare


def lines(text: str) -> list[str]:
    """
    Return what was printed, without the times.
    """
    return [line[10:] if line[2:3] == line[5:6] == ":" else line for line in text.splitlines()]


@pytest.mark.parametrize("path", [None, "dags", "dags/team", "dags/team/one.py"])
def test_it_serves_the_whole_dag_folder(
    project: Path, play: Callable[..., list[tuple[Path, int]]], path: str | None
) -> None:
    """
    Whatever in it was named.
    """
    asked = play()
    assert main(["dev", *([path] if path else []), "--port", "4711"]) == 0
    assert asked == [(project / "dags", 4711)]


def test_a_path_that_is_not_there(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    Nothing is started.
    """
    assert main(["dev", "nowhere"]) == 2
    assert "No such file or folder: 'nowhere'." in capsys.readouterr().err


@pytest.mark.parametrize("port", ["0", "-1", "65536", "x", "80.5", ""])
def test_an_invalid_port(project: Path, port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """
    The message says what a port is.
    """
    with pytest.raises(SystemExit) as caught:
        main(["dev", f"--port={port}"])
    assert caught.value.code == 2
    assert f"{port!r} must be a port number from 1 to 65535" in capsys.readouterr().err


def test_a_port_that_is_in_use(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    One that is free is named. The lock is released.
    """
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["dev", "--port", str(port)]) == 2
    printed = capsys.readouterr().err
    assert f"Port {port} is in use by another program. Choose another: flowkit dev --port " in printed
    free = int(printed.rsplit(maxsplit=1)[-1])
    assert free > port
    with ServerHome.of(project).locked("x"):
        pass


def test_a_port_that_needs_more_rights(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The message does not call it in use.
    """
    bind = socket.socket.bind

    def refuse(self: socket.socket, address: tuple[str, int]) -> None:
        if address[1] <= 80:
            raise PermissionError
        bind(self, address)

    monkeypatch.setattr(socket.socket, "bind", refuse)
    assert main(["dev", "--port", "80"]) == 2
    assert "Port 80 requires root privileges. Choose another: " in capsys.readouterr().err


def test_one_that_runs_already(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    The message says so, not that its port is in use.
    """
    with socket.socket() as other, ServerHome.of(project).locked("http://there"):
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert main(["dev", "--port", str(other.getsockname()[1])]) == 1
    assert (
        f"is already running for this project, as process {os.getpid()}: http://there"
        in capsys.readouterr().err
    )


def test_airflow_is_missing(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    The message says how to install it.
    """

    def missing() -> str:
        msg = "Airflow is not installed in this environment. Install it with: pip install apache-airflow"
        raise RunError(msg)

    monkeypatch.setattr("flowkit.embedded.home.airflow_version", missing)
    assert main(["dev"]) == 1
    assert "Install it with: pip install apache-airflow" in capsys.readouterr().err


def test_it_needs_no_psutil_and_no_watchfiles_to_be_asked(project: Path) -> None:
    """
    Airflow brings both. Without it, each command still has its help.
    """
    code = (
        "import sys; sys.modules.update(psutil=None, watchfiles=None, airflow=None); "
        "from flowkit.cli.main import main; main(['dev', '--help'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "flowkit dev" in done.stdout


def test_an_interrupt_is_the_usual_end(
    project: Path, play: Callable[..., list[tuple[Path, int]]], capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Signals that come later are ignored, so that nothing is left half ended.
    """
    play(end=KeyboardInterrupt())
    assert main(["dev"]) == 0
    assert lines(capsys.readouterr().out) == [
        "flowkit dev: DAG folder dags",
        "Stopped. The history of runs is kept.",
    ]
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
    for number in dev._STOP_SIGNALS:
        signal.raise_signal(number)


def test_nohup_is_respected(project: Path, play: Callable[..., list[tuple[Path, int]]]) -> None:
    """
    What is to be ignored stays so.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    play()
    assert main(["dev"]) == 0
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def _finding(project: Path, *, warning: bool = False) -> Problem:
    location = SourceLocation(str(project / "dags" / "team" / "one.py"), 3)
    return Problem("FK508" if warning else "FK101", "What is wrong.", "What to do.", location, "sales")


def test_events_are_printed_in_short_lines(
    project: Path, play: Callable[..., list[tuple[Path, int]]], capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Problems appear as `flowkit check` prints them.
    """
    one, log = project / "dags" / "team" / "one.py", project / "logs" / "scheduler.log"
    finding = _finding(project)
    play(
        Starting("Starting …"),
        Inspected((), (finding,), first=True),
        Ready("http://here", 1, 1),
        Live((one,), 2.0, first=True),
        Inspected((Changed("sales", "broken"),), (finding, finding)),
        Live((one,), 0.74, (Changed("sales", "broken"),), wrong=True),
        Inspected((), (_finding(project, warning=True),)),
        Live((one,), 1.0),
        Live((one,), 0.51, (Changed("sales", "fixed"),)),
        Live(
            (one,), 0.5, (Changed("sales", "changed"),), refused=(("team/one.py", "Traceback\nValueError"),)
        ),
        Late((one,), 15.2),
        DiskLow(project / "dags", 7_000_000),
        Crashed("scheduler", -9, log, "  the last line", restarting=True),
        Inspected((), (), failure="Python ended."),
    )
    assert main(["dev"]) == 0
    problem = [
        "dags/team/one.py:3: FK101 What is wrong.",
        "    What to do.",
        "    In pipeline 'sales'.",
    ]
    assert lines(capsys.readouterr().out) == [
        "flowkit dev: DAG folder dags",
        "Starting …",
        *problem,
        "1 problem.",
        "Airflow shows 1 pipeline at http://here (press Ctrl-C to stop)",
        "Airflow has read all files.",
        *problem,
        *problem,
        "2 problems. Airflow keeps the last good version.",
        "Airflow shows the errors after 0.7 s.",
        "dags/team/one.py:3: warning: FK508 What is wrong.",
        *problem[1:],
        "No pipeline changed. Airflow has read dags/team/one.py after 1.0 s.",
        "sales fixed: live after 0.5 s",
        "Airflow refuses team/one.py:",
        "    Traceback",
        "    ValueError",
        "Airflow has not processed dags/team/one.py after 15 s.",
        "Low disk space in dags: 6 MB left.",
        "Airflow's scheduler exited with code -9. Restarting it.",
        "  the last line",
        "  Full log: logs/scheduler.log",
        "Python ended.",
    ]


@pytest.mark.parametrize(
    ("files", "text"),
    [
        (0, ["No file contains a pipeline yet. Save one, and it will appear."]),
        (1, []),
    ],
)
def test_a_folder_without_pipelines(
    project: Path,
    play: Callable[..., list[tuple[Path, int]]],
    capsys: pytest.CaptureFixture[str],
    files: int,
    text: list[str],
) -> None:
    """
    It is served all the same. Files without flowkit may hold DAGs.
    """
    play(Ready("http://here", 0, files))
    assert main(["dev"]) == 0
    assert lines(capsys.readouterr().out)[1:] == [
        "Airflow is running at http://here (press Ctrl-C to stop)",
        *text,
    ]


def test_quiet_leaves_what_is_wrong(
    project: Path, play: Callable[..., list[tuple[Path, int]]], capsys: pytest.CaptureFixture[str]
) -> None:
    """
    And nothing else.
    """
    one = project / "dags" / "team" / "one.py"
    play(
        Starting("Starting …"),
        Ready("http://here", 1, 1),
        Inspected((), (_finding(project),)),
        Live((one,), 0.5, (Changed("sales", "added"),)),
    )
    assert main(["dev", "--quiet"]) == 0
    printed = lines(capsys.readouterr().out)
    assert printed[0].startswith("dags/team/one.py:3: FK101")
    assert printed[-1] == "1 problem. Airflow keeps the last good version."
    assert len(printed) == 4


def test_open_opens_the_browser_when_all_is_ready(
    project: Path, play: Callable[..., list[tuple[Path, int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Not before, and not unasked.
    """
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    play(Starting("Starting …"), Ready("http://here", 1, 1))
    main(["dev"])
    assert opened == []
    main(["dev", "--open"])
    assert opened == ["http://here"]


TASK = Change("added", "task", "load")
DETAIL = Change("changed", "task", "fetch", (Detail("retries", "3", "5"),))


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ([], ""),
        ([Changed("a", "broken")], ""),
        ([Changed("a", "added"), Changed("b", "removed")], "a added; b removed"),
        ([Changed("a", "changed", (TASK,))], "a: task load added"),
        ([Changed("a", "changed", (DETAIL,))], "a: task fetch: retries 3 → 5"),
        (
            [Changed("a", "changed", (Change("changed", "task", "f", (Detail("body"),)),))],
            "a: task f: body changed",
        ),
        (
            [Changed("a", "changed", (Change("moved", "task", "x.f", was="f"),))],
            "a: task x.f moved, was f",
        ),
        (
            [Changed("a", "changed", (TASK,) * 6)],
            f"a: {', '.join(['task load added'] * 4)}, 2 more changes",
        ),
        (
            [*(Changed(name, "added") for name in "abcde"), Changed("f", "moved"), Changed("g", "broken")],
            "5 pipelines added (a, b, c, d, …); 1 pipeline moved (f)",
        ),
    ],
)
def test_changes_in_one_line(changed: list[Any], text: str) -> None:
    """
    Few in detail, many by name.
    """
    assert dev.changes_text(changed) == text
