"""
Commands over files that hang, crash or start programs, and words in the wrong place.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.commands import run_flowkit
from tests.support import ROOT

HEAD = "from flowkit import Pipeline\nfrom flowkit.airflow.dags import register\n"
SECONDS = 186_400 + os.getpid()
DAG_FILES = {
    "good.py": f'{HEAD}register(Pipeline("good").task("t"))\n',
    "hangs.py": f"{HEAD}while True: pass\n",
    "ends.py": f"{HEAD}import os; os._exit(7)\n",
    "starts.py": (
        f"{HEAD}import subprocess\nsubprocess.Popen(['sleep', '{SECONDS}'], start_new_session=True)\n"
        'register(Pipeline("starts").task("t"))\n'
    ),
    "z_last.py": f'{HEAD}register(Pipeline("last").task("t"))\n',
}
LINUX_ONLY = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks are used on Linux only")


def _programs() -> int:
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return found.splitlines().count(f"sleep {SECONDS}")


def _commit(project: Path) -> None:
    for words in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "x"),
    ):
        subprocess.run(["git", *words], cwd=project, check=True)


@LINUX_ONLY
def test_list(project: Path) -> None:
    """
    Good pipelines are listed, and each bad file is named.
    """
    done = run_flowkit("list", "--timeout", "1", cwd=project)
    assert [line.split()[0] for line in done.stdout.splitlines()[2:5]] == ["good", "starts", "last"]
    assert "dags/hangs.py cannot be loaded:\n  FK517 This file takes too long to load" in done.stdout
    assert "dags/ends.py cannot be loaded:\n  The process that loaded it exited with code 7." in done.stdout
    assert done.returncode == 1
    assert _programs() == 0


@LINUX_ONLY
def test_show_all(project: Path) -> None:
    """
    The plan has the good ones.
    """
    done = run_flowkit("show", "--all", "--format", "json", "--timeout", "1", cwd=project)
    assert list(json.loads(done.stdout)["pipelines"]) == ["good", "starts", "last"]
    assert done.stderr.count("cannot be loaded") == 2
    assert done.returncode == 1
    assert _programs() == 0


@LINUX_ONLY
def test_show_one(project: Path) -> None:
    """
    A file without the id is only loaded if no other has it.
    """
    assert "good" in run_flowkit("show", "good", cwd=project).stdout
    done = run_flowkit("show", "goot", "--timeout", "1", cwd=project)
    assert "Did you mean 'good'?" in done.stderr
    assert "FK517" in done.stderr


@LINUX_ONLY
def test_diff(project: Path) -> None:
    """
    The good ones are compared. On both sides the bad ones are named.
    """
    _commit(project)
    (project / "dags" / "good.py").write_text(f'{HEAD}register(Pipeline("good").task("u"))\n')
    done = run_flowkit("diff", "--timeout", "1", "--format", "json", cwd=project)
    document = json.loads(done.stdout)
    assert list(document["pipelines"]) == ["good"]
    assert len([text for text in document["broken"] if "FK517" in text]) == 2
    assert done.returncode == 2
    assert _programs() == 0


@LINUX_ONLY
@pytest.mark.e2e
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("words", [("diff",), ("list",), ("run", "hidden")], ids=" ".join)
def test_nothing_is_left(project: Path, words: tuple[str, ...], number: signal.Signals) -> None:
    """
    Whatever stops the command.
    """
    (project / "dags" / "a.py").write_text(
        f"{HEAD}import subprocess\nsubprocess.run(['sleep', '{SECONDS}'], start_new_session=True)\n"
    )
    _commit(project)
    process = subprocess.Popen(
        [sys.executable, "-m", "flowkit", *words],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not _programs():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(number)
    assert "Traceback" not in process.communicate(timeout=30)[1]
    while _programs() or _processes_in(project):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _processes_in(project: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").resolve().is_relative_to(project):
                found.append(process.name)
    return found


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("show", "dags/good.py"),
            "is a path, not a DAG id. Write: flowkit show DAG_ID dags/good.py (pipelines there: good)",
        ),
        (("show", "dags/good.py", "good"), "The id comes first: flowkit show good dags/good.py"),
        (("run", "dags/good.py", "good"), "The id comes first: flowkit run good dags/good.py"),
        (("run", "dags/good.py"), "Write: flowkit run DAG_ID dags/good.py (pipelines there: good)"),
        (("show", "dags/no.py"), "Write: flowkit show DAG_ID dags/no.py"),
        (("show", "./dags"), "Write: flowkit show DAG_ID ./dags (pipelines there: "),
        (("show", "."), "'.' is a path, not a DAG id."),
        (("show", ""), "DAG_ID is empty: is a shell variable unset?"),
        (("list", "good"), "To show a pipeline: flowkit show good."),
        (("show", "dags", "dags/good.py"), "'dags' is also a path: flowkit show DAG_ID dags."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_word_in_the_wrong_place(project: Path, words: tuple[str, ...], message: str) -> None:
    """
    The message has the command to write. No file is executed to find out.
    """
    done = run_flowkit(*words, cwd=project)
    assert message in done.stderr
    assert done.returncode == 2


def test_a_word_that_is_no_revision(project: Path) -> None:
    """
    It may be a misspelt path.
    """
    _commit(project)
    done = run_flowkit("diff", "dags/goud.py", cwd=project)
    assert "No such file or folder: " in done.stderr
    assert "Did you mean " in done.stderr
    assert "dags/good.py" in done.stderr
    assert done.returncode == 2
