"""
`flowkit completion`, as a shell uses it.
"""

from __future__ import annotations

import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flowkit.cli import completion
from flowkit.cli.main import COMMANDS, main
from tests.support import ROOT

FILE = """
from flowkit import Pipeline, generate
from flowkit.airflow.dags import register

def build(name: str) -> Pipeline:
    return Pipeline(f"made_{name}").task("t")

register(Pipeline("sales").task("t"), Pipeline("returns").task("t"), generate(build, ["x", "y"]))
"""
DAG_FILES = {"shop.py": FILE}


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def _completed(line: str, project: Path) -> list[str]:
    """
    Ask as argcomplete's lines in a shell do.
    """
    answer = project / "answer"
    done = subprocess.run(
        [sys.executable, "-m", "flowkit"],
        capture_output=True,
        text=True,
        check=False,
        cwd=project,
        timeout=60,
        env=_environment(
            _ARGCOMPLETE="1",
            _ARGCOMPLETE_IFS="\n",
            _ARGCOMPLETE_SHELL="bash",
            _ARGCOMPLETE_STDOUT_FILENAME=str(answer),
            COMP_LINE=line,
            COMP_POINT=str(len(line)),
            COMP_TYPE="9",
        ),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    found = [word.rstrip() for word in answer.read_text().split("\n") if word]
    answer.unlink()
    return found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("flowkit ", [command.name for command in COMMANDS]),
        ("flowkit ch", ["check"]),
        ("flowkit check --f", ["--format"]),
        ("flowkit check --format ", ["text", "github", "json"]),
        ("flowkit check da", ["dags/"]),
        ("flowkit completion ", ["bash", "zsh", "fish"]),
        ("flowkit run ", ["returns", "sales"]),
        ("flowkit run sales --t", ["--timeout"]),
        ("flowkit show s", ["sales"]),
        ("flowkit show sales d", ["dags/"]),
        ("flowkit show --format m", ["mermaid"]),
        ("flowkit check nowhere/", []),
        ('flowkit show "sa', ["sales"]),
    ],
)
def test_what_may_follow(project: Path, line: str, expected: list[str]) -> None:
    """
    Commands, options, choices, paths and the ids of pipelines are completed, without a word more.
    """
    assert _completed(line, project) == expected


def test_ids_that_functions_make(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Ids that stand nowhere as they are, are completed once `flowkit list` has seen them.
    """
    assert completion.dag_ids(project / "dags") == ["returns", "sales"]
    monkeypatch.chdir(project)
    main(["list"])

    assert completion.dag_ids(project / "dags") == ["made_x", "made_y", "returns", "sales"]
    assert _completed("flowkit show m", project) == ["made_x", "made_y"]


def test_ids_after_an_edit(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A new id is known at once, and those of a file that is gone are forgotten.
    """
    monkeypatch.chdir(project)
    main(["list"])
    file = project / "dags" / "shop.py"
    file.write_text(FILE.replace('"sales"', '"orders"'))

    assert "orders" in completion.dag_ids(project / "dags")
    (project / "dags" / "other.py").write_text(FILE.replace('"sales"', '"others"').replace("made_", "more_"))
    file.unlink()
    assert completion.dag_ids(project / "dags") == ["others", "returns"]


def test_a_file_that_fails_is_not_executed(project: Path) -> None:
    """
    Completion reads files, and does not execute them.
    """
    (project / "dags" / "bad.py").write_text(FILE.replace('"sales"', '"bad"') + "\nraise SystemExit('no')\n")

    assert _completed("flowkit show b", project) == ["bad"]


def test_damaged_memory(project: Path) -> None:
    """
    What is kept of ids may be damaged: it is as if it were not there.
    """
    (project / ".flowkit").mkdir()
    for text in ("{", "[]", '{"a": 1}', '{"a": ["b", "c"]}'):
        (project / ".flowkit" / "dag_ids.json").write_text(text)
        assert completion.dag_ids(project / "dags") == ["returns", "sales"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    """
    The lines for a shell speak of flowkit.
    """
    assert main(["completion", shell]) == 0
    assert "flowkit" in capsys.readouterr().out


@pytest.fixture
def path(project: Path) -> str:
    """
    A `PATH` on which `flowkit` is found.
    """
    folder = project / "bin"
    folder.mkdir()
    program = folder / "flowkit"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m flowkit "$@"\n')
    program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_bash(project: Path, path: str) -> None:
    """
    In a real bash the lines complete a command.
    """
    script = (
        'set -e\neval "$(flowkit completion bash)"\n'
        "complete -p flowkit | grep -o '_python_argcomplete'\n"
        'COMP_LINE="flowkit show sa" COMP_POINT=15 COMP_TYPE=9 COMP_WORDS=(flowkit show sa) COMP_CWORD=2\n'
        '_python_argcomplete flowkit sa show\necho "<${COMPREPLY[*]}>"\n'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=project,
        timeout=60,
        env=_environment(PATH=path),
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "_python_argcomplete\n<sales >\n", "")


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("flowkit ch", ["check\tsay what is wrong with the pipelines"]),
        ("flowkit show sa", ["sales"]),
        ("flowkit check da", ["dags/"]),
    ],
)
def test_fish(project: Path, path: str, line: str, expected: list[str]) -> None:
    """
    In a real fish the lines complete commands, ids and paths.
    """
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"flowkit completion fish | source; complete -C '{line}'"],
        capture_output=True,
        text=True,
        check=False,
        cwd=project,
        timeout=60,
        env=_environment(PATH=path, HOME=str(project)),
    )

    assert (done.returncode, done.stdout.splitlines(), done.stderr) == (0, expected, "")


@pytest.mark.skipif(shutil.which("zsh") is None, reason="no zsh")
def test_zsh(project: Path, path: str) -> None:
    """
    In a real zsh, at a terminal, the lines complete an id when the key is pressed.
    """
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(project)
        environment = _environment(PATH=path, HOME=str(project), TERM="dumb", PS1="> ")
        os.execvpe("zsh", ["zsh", "-f", "-i"], environment)  # noqa: S606 - the shell of whoever runs this
    try:
        begin = 'autoload -Uz compinit && compinit -u -D; eval "$(flowkit completion zsh)"; print REA""DY\n'
        os.write(terminal, begin.encode())
        assert _seen(terminal, b"READY\r")
        os.write(terminal, b"flowkit show sa\t")
        assert _seen(terminal, b"flowkit show sales ")
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


def _seen(terminal: int, text: bytes) -> bool:
    """
    Read until *text* is shown; `False` if that does not happen within a minute.
    """
    shown = b""
    deadline = time.monotonic() + 60
    while text not in shown and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.5)[0]:
            shown += os.read(terminal, 1 << 16)
    return text in shown


def test_without_argcomplete(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Where argcomplete is missing, the command says how to get it, and a press of the key says nothing.
    """
    monkeypatch.setitem(sys.modules, "argcomplete", None)

    assert main(["completion", "bash"]) == 1
    assert capsys.readouterr().err == f"Error: {completion._MISSING}\n"

    monkeypatch.setenv("_ARGCOMPLETE", "1")
    monkeypatch.setenv("COMP_LINE", "flowkit ")
    monkeypatch.setenv("COMP_POINT", "8")
    assert main([]) == 1
    assert capsys.readouterr() == ("", "")
