"""
`flowkit run`, as a person calls it: real runs on a real Airflow.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flowkit.cli.run_screen import Screen, states, table
from flowkit.embedded.run_events import Finished, Phase, TaskLog, TaskState
from tests.support import ROOT

ETL = '''
"""Airflow DAGs of the tests."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from datetime import datetime
from pathlib import Path

from flowkit import Group, Pipeline, python, task
from flowkit.airflow.dags import register
from run_test_helper import SUFFIX

HERE = Path(__file__).parent
ME = os.environ.get("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "all of them")


def read() -> list[str]:
    return (HERE / "rows.txt").read_text().split()


def store(rows: list[str]) -> int:
    with sqlite3.connect(HERE / "out.sqlite") as db:
        db.execute("CREATE TABLE names (name TEXT)")
        db.executemany("INSERT INTO names VALUES (?)", [(row + SUFFIX,) for row in rows])
    return len(rows)


def fail(me: str) -> None:
    print("the last words of", me)
    raise ValueError("no luck")


def hang() -> None:
    program = subprocess.Popen(["sleep", "4321"], start_new_session=True)
    (HERE / "pid.txt").write_text(str(program.pid))
    program.wait()


START = datetime(2026, 1, 1)
rows = task("read", python(read))
register(
    Pipeline("etl", start_date=START).then(Group("layer").then(rows).then(task("store", python(store, rows.output)))),
    Pipeline("fails", start_date=START).then(task("fail", python(fail, ME), retries=1)).task("after"),
    Pipeline("hangs", start_date=START).then(task("hang", python(hang))),
    Pipeline("broken", start_date=START).task("a").task("a"),
)
'''


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A project with good and broken pipelines. All tests share it, and with it one Airflow.
    """
    root = tmp_path_factory.mktemp("project")
    (root / "pyproject.toml").touch()
    (root / "home").mkdir()
    dags = root / "dags"
    dags.mkdir()
    (dags / "etl.py").write_text(ETL, encoding="utf-8")
    (dags / "run_test_helper.py").write_text('SUFFIX = "!"\n', encoding="utf-8")
    (dags / "rows.txt").write_text("one two three", encoding="utf-8")
    # Spells the ids, so that it is looked into; fails, and must not matter.
    (dags / "aaa.py").write_text("raise RuntimeError  # airflow dag flowkit etl", encoding="utf-8")
    return root


def _environment(project: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(project / "home"), "FORCE_COLOR": ""}


def _run(project: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flowkit", "run", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=project,
        env={**_environment(project), **env},
        timeout=180,
    )


def _exists(pid: int) -> bool:
    try:
        # A process that has ended, but whose end nobody has asked for, still has its number.
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.e2e
def test_a_run_that_succeeds(project: Path) -> None:
    """
    Progress from the start, a table of tasks at the end, and real rows in a real table; nothing in the user's home.
    """
    done = _run(project, "etl")

    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert lines[0].endswith("Looking for etl in dags")
    assert any("Setting up Airflow" in line for line in lines)
    table = [line.split() for line in lines[-5:-2]]
    assert [row[:2] for row in table[1:]] == [["layer.read", "success"], ["layer.store", "success"]]
    assert lines[-1].startswith("etl succeeded in ")
    with sqlite3.connect(project / "dags" / "out.sqlite") as db:
        assert db.execute("SELECT name FROM names").fetchall() == [("one!",), ("two!",), ("three!",)]
    db.close()
    assert list((project / "home").iterdir()) == []
    assert (project / ".flowkit" / ".gitignore").read_text(encoding="utf-8") == "*\n"
    assert [list(folder.iterdir()) for folder in project.glob(".flowkit/*/runs")] == [[]]


@pytest.mark.e2e
def test_a_quiet_run_that_succeeds(project: Path) -> None:
    """
    It prints nothing at all: the exit code says it.
    """
    (project / "dags" / "out.sqlite").unlink(missing_ok=True)
    done = _run(project, "etl", "--quiet")
    (project / "dags" / "out.sqlite").unlink()  # it made rows

    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_what_a_quiet_screen_leaves_out(capsys: pytest.CaptureFixture[str]) -> None:
    """
    Of a run that fails the log and the verdict stay; progress and the table do not.
    """
    screen = Screen("etl", quiet=True)
    for state in ("running", "failed"):
        screen.show(TaskState("load", -1, 1, state))
    screen.show(Phase("Setting up Airflow"))
    screen.show(TaskLog("load", "no luck"))
    screen.show(Finished("failed", (TaskState("load", -1, 1, "failed"),)))
    code = screen.close(Path("run.log"))
    lines = [line for line in capsys.readouterr().out.splitlines() if line]

    assert code == 1
    assert lines[:-1] == [
        "--- log of load",
        "no luck",
        "--- end of the log of load",
        "Log: run.log",
    ]
    assert lines[-1].startswith("etl failed after ")
    assert lines[-1].endswith(": load failed.")


@pytest.mark.e2e
def test_a_run_that_fails(project: Path) -> None:
    """
    The log of the failed task is shown, with the user's lines only, after all its tries; a parsing context that the
    command inherits does not reach the file.
    """
    done = _run(
        project, "fails", _AIRFLOW_PARSING_CONTEXT_DAG_ID="etl", _AIRFLOW_PARSING_CONTEXT_TASK_ID="layer.read"
    )

    assert done.returncode == 1
    shown = done.stdout.split("--- log of fail\n")[1].split("--- end of the log of fail")[0]
    assert "the last words of all of them\n" in shown
    assert shown.rstrip().endswith("ValueError: no luck")
    assert shown.count('  File "') == 1
    lines = done.stdout.splitlines()
    rows = [line.split() for line in lines[-4:-2]]
    assert [(*row[:2], row[-1]) for row in rows] == [
        ("fail", "failed", "2"),
        ("after", "upstream_failed", "-"),
    ]
    log = Path(lines[-2].removeprefix("Log: "))
    assert "ValueError: no luck" in (project / log).read_text(encoding="utf-8")
    assert lines[-1].startswith("fails failed after ")
    assert lines[-1].endswith(": fail failed.")


@pytest.mark.e2e
def test_a_run_that_takes_too_long(project: Path) -> None:
    """
    It is ended, together with every program that it has started, also one with a session of its own.
    """
    done = _run(project, "hangs", "--timeout", "30")

    assert done.returncode == 1, done.stdout + done.stderr
    last = done.stdout.splitlines()[-1]
    assert last.startswith("hangs timed out after 30.")
    assert last.endswith(" s. Still running: hang.")
    assert not _exists(int((project / "dags" / "pid.txt").read_text(encoding="utf-8")))


@pytest.mark.e2e
def test_a_run_that_is_interrupted(project: Path) -> None:
    """
    Ending the command ends everything, and leaves no folder behind.
    """
    pid = project / "dags" / "pid.txt"
    pid.unlink(missing_ok=True)
    command = [sys.executable, "-m", "flowkit", "run", "hangs"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=project,
        env=_environment(project),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            if line.endswith("hang started\n"):
                break
        while not pid.exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.stderr.read() == "Error: Interrupted.\n"

    assert process.returncode == 130
    assert not _exists(int(pid.read_text(encoding="utf-8")))
    assert [list(folder.iterdir()) for folder in project.glob(".flowkit/*/runs")] == [[]]


def test_a_pipeline_that_does_not_exist(project: Path) -> None:
    """
    The nearest match is named, and the exit code is that of wrong use.
    """
    done = _run(project, "etll", "dags/etl.py")

    assert done.stderr == "Error: Unknown pipeline 'etll' in dags/etl.py. Did you mean 'etl'?\n"
    assert done.returncode == 2


def test_a_file_that_may_hold_the_pipeline(project: Path) -> None:
    """
    A file that cannot be loaded and spells the id is shown: there the pipeline will be.
    """
    (project / "more").mkdir()
    (project / "more" / "file.py").write_text(
        "raise OSError('disk')  # airflow dag flowkit hidden", encoding="utf-8"
    )

    done = _run(project, "hidden", "more")

    assert "more/file.py cannot be loaded:\n" in done.stderr
    assert done.stderr.endswith("OSError: disk\n")
    assert done.returncode == 1


def test_a_broken_pipeline(project: Path) -> None:
    """
    Its problems are shown, and nothing is run.
    """
    done = _run(project, "broken")

    assert done.stderr.startswith("Error: Pipeline 'broken' has 1 problem:\n  dags/etl.py:")
    assert "FK101" in done.stderr
    assert done.returncode == 1


def test_a_file_that_never_ends(project: Path) -> None:
    """
    The timeout counts for the loading of the user's files as well.
    """
    (project / "slow").mkdir()
    (project / "slow" / "file.py").write_text("while True: pass  # airflow dag flowkit", encoding="utf-8")

    done = _run(project, "x", "slow", "--timeout", "2")

    assert done.stdout.splitlines()[-1].startswith("x timed out after 2.")
    assert done.returncode == 1


@pytest.mark.parametrize(
    "arguments", [(), ("etl", "nowhere"), ("etl", "--timeout", "0"), ("etl", "--timeout", "x")]
)
def test_wrong_use(project: Path, arguments: tuple[str, ...]) -> None:
    """
    The exit code for that is 2, as everywhere.
    """
    assert _run(project, *arguments).returncode == 2


def test_members_of_a_mapped_task_share_a_row() -> None:
    """
    A row for each of a thousand members would bury the other tasks.
    """
    members = [
        TaskState("m", index, 1, state) for index, state in enumerate(["success", "failed", "success"])
    ]

    assert states(members) == "2 success, 1 failed"
    assert states(members[:1]) == "success"
    rows = table((TaskState("a", -1, 1, "success"), *members))
    assert getattr(rows, "row_count", None) == 2
