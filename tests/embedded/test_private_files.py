"""
The `.flowkit` folder: private, and in spite of what may have happened to it.
"""

from __future__ import annotations

import os
import resource
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from flowkit.base.errors import RunError
from flowkit.embedded.dev.airflow_home import ServerHome
from flowkit.embedded.dev.airflow_processes import Processes
from flowkit.embedded.dev.database_setup import set_up
from flowkit.embedded.home import Home
from flowkit.embedded.private_files import make_private_folder
from tests.support import ROOT

HEAD = "from flowkit import Pipeline, python\nfrom flowkit.airflow.dags import register\n"
DAG = f"""{HEAD}
import pathlib

def write() -> None:
    (pathlib.Path(__file__).parent / "written.txt").touch()

register(Pipeline("etl").task("write", python(write)))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """
    A project with a pipeline.
    """
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "etl.py").write_text(DAG)
    return tmp_path


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """
    The umask of this process.
    """
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """
    Return what of a folder others may read or write, or its owner may not.
    """
    found = []
    for path in (folder, *folder.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_IMODE(mode) != (0o700 if stat.S_ISDIR(mode) else 0o600):
            found.append(f"{path.relative_to(folder)}: {stat.S_IMODE(mode):o}")
    return found


def flowkit(project: Path, *arguments: str, umask: int = 0o022) -> subprocess.CompletedProcess[str]:
    """
    Run a command.
    """
    return subprocess.run(
        [sys.executable, "-m", "flowkit", *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(project / "home")},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        umask=umask,
    )


def test_a_new_folder_is_private(project: Path, umask: int) -> None:
    """
    Under any umask.
    """
    ServerHome.of(project / "dags")
    assert open_to_others(project / ".flowkit") == []


@pytest.mark.parametrize("number", [0o000, 0o022, 0o077], ids=oct)
@pytest.mark.parametrize("words", [("list",), ("show", "etl")], ids=" ".join)
def test_commands_write_privately(project: Path, words: tuple[str, ...], number: int) -> None:
    """
    Also what a file lets Airflow write.
    """
    with (project / "dags" / "etl.py").open("a") as file:
        file.write("import airflow.settings\n")
    assert flowkit(project, *words, umask=number).returncode == 0
    assert open_to_others(project / ".flowkit") == []


@pytest.mark.e2e
def test_a_run_writes_privately(project: Path) -> None:
    """
    But what its tasks write is their own. What is damaged between runs is made again.
    """
    for number in (0o000, 0o022):
        done = flowkit(project, "run", "etl", umask=number)
        assert done.returncode == 0, done.stdout + done.stderr
        assert open_to_others(project / ".flowkit") == []
        written = project / "dags" / "written.txt"
        assert stat.S_IMODE(written.stat().st_mode) == 0o666 & ~number
        written.unlink()
        (home,) = (project / ".flowkit").glob("airflow-*")
        (home / "template.db").write_bytes((home / "template.db").read_bytes()[:5000])
        (home / "airflow.cfg").write_bytes(b"\xff\0garbage")
    assert flowkit(project, "run", "etl").returncode == 0


def test_an_open_folder_is_closed(project: Path) -> None:
    """
    With all that is in it. What a link leads to stays as it is.
    """
    home = ServerHome.of(project)
    deep = home.logs / "a" / "b" / "c"
    deep.mkdir(parents=True)
    (deep / "task.log").touch()
    outside = project / "outside"
    outside.mkdir(mode=0o755)
    (outside / "file").touch(mode=0o644)
    (home.logs / "link").symlink_to(outside)
    (home.logs / "file").symlink_to(outside / "file")
    for path in (project / ".flowkit", *(project / ".flowkit").rglob("*")):
        if not path.is_symlink():
            path.chmod(0o777 if path.is_dir() else 0o666)
    ServerHome.of(project)
    assert [
        line
        for line in open_to_others(project / ".flowkit")
        if "logs/link" not in line and "logs/file" not in line
    ] == []
    assert stat.S_IMODE(outside.stat().st_mode) == 0o755
    assert stat.S_IMODE((outside / "file").stat().st_mode) == 0o644


@pytest.mark.parametrize("name", [".flowkit", ".flowkit/dev", ".flowkit/dev/logs"])
def test_a_link_is_not_followed(project: Path, name: str) -> None:
    """
    A repository could let it point anywhere.
    """
    ServerHome.of(project)
    outside = project / "outside"
    outside.mkdir()
    shutil.rmtree(project / name)
    (project / name).symlink_to(outside)
    with pytest.raises(RunError, match=r"is a symbolic link.*Delete it\."):
        ServerHome.of(project)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("name", [".gitignore", ".airflowignore"])
def test_a_file_that_is_a_link_is_replaced(project: Path, name: str) -> None:
    """
    What it points to stays as it is.
    """
    outside = project / "outside"
    outside.write_text("mine")
    make_private_folder(project / ".flowkit")
    (project / ".flowkit" / name).symlink_to(outside if name == ".airflowignore" else project / "none")
    ServerHome.of(project)
    assert outside.read_text() == "mine"
    assert not (project / "none").exists()


def _file(path: Path) -> None:
    path.write_bytes(b"x")


def _folder(path: Path) -> None:
    path.mkdir()
    (path / "x").touch()


def _link(path: Path) -> None:
    path.symlink_to("nowhere")


@pytest.mark.parametrize("damage", [_file, _folder, _link, os.mkfifo])
@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("list",), ".flowkit"),
        (("list",), ".flowkit/.gitignore"),
        (("list",), ".flowkit/dag_ids.json"),
        (("run", "none"), ".flowkit/HOME"),
        (("run", "none"), ".flowkit/HOME/runs"),
        (("run", "none"), ".flowkit/HOME/airflow.cfg"),
        (("run", "none"), ".flowkit/HOME/template.db"),
        (("run", "none"), ".flowkit/HOME/setup.lock"),
        (("dev",), ".flowkit/dev"),
        (("dev",), ".flowkit/dev/logs"),
        (("dev",), ".flowkit/dev/dev.lock"),
        (("dev",), ".flowkit/dev/airflow.cfg"),
        (("dev",), ".flowkit/.airflowignore"),
    ],
)
@pytest.mark.e2e
def test_something_else_has_the_name(
    project: Path, name: str, words: tuple[str, ...], damage: Callable[[Path], None]
) -> None:
    """
    It is replaced, or named. There is no traceback.
    """
    home = Home.of(project).folder
    ServerHome.of(project)
    path = project / name.replace("HOME", home.name)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    damage(path)
    with closing(socket.socket()) as used:
        used.bind(("127.0.0.1", 0))
        used.listen()
        more = ("--port", str(used.getsockname()[1])) if words == ("dev",) else ()
        done = flowkit(project, *words, *more)
    text = done.stdout + done.stderr
    assert "Traceback" not in text
    # `flowkit list` works without the folder; the others end before Airflow runs.
    if words == ("list",):
        assert done.returncode == 0, text
    else:
        ended = "is in use by another program" if words == ("dev",) else "Unknown pipeline 'none'"
        assert ended in text or str(path) in text, text
        assert done.returncode in {1, 2}


@pytest.mark.parametrize("damage", [_folder, _link, os.mkfifo])
def test_a_database_that_is_no_file_is_named(project: Path, damage: Callable[[Path], None]) -> None:
    """
    As one that is damaged.
    """
    home = ServerHome.of(project)
    damage(home.database)
    with pytest.raises(RunError, match=r"is damaged: it is not a file\. Delete it"):
        list(set_up(home, Processes(home.folder, {})))


@pytest.mark.parametrize("content", [b"", b"garbage" * 1000, b"SQLite format 3\0" + b"x" * 5000])
def test_a_damaged_database_is_named(project: Path, content: bytes) -> None:
    """
    It holds the history of runs, so it is not deleted.
    """
    home = ServerHome.of(project)
    home.database.write_bytes(content)
    with pytest.raises(RunError, match=r"is damaged: .* Delete it") as caught:
        list(set_up(home, Processes(home.folder, {})))
    assert str(home.database) in str(caught.value)
    assert home.database.read_bytes() == content


def test_a_database_that_is_cut_off(project: Path) -> None:
    """
    As after a full disk.
    """
    home = ServerHome.of(project)
    with closing(sqlite3.connect(home.database)) as connection, connection:
        connection.execute("CREATE TABLE other (text)")
        connection.executemany("INSERT INTO other VALUES (?)", [("x" * 1000,)] * 100)
        connection.execute("CREATE TABLE dag (dag_id)")
    home.database.write_bytes(home.database.read_bytes()[:4096])
    with pytest.raises(RunError, match="is damaged"):
        list(set_up(home, Processes(home.folder, {})))


@pytest.mark.parametrize("words", [("list",), ("check",), ("show", "etl")], ids=" ".join)
def test_a_disk_that_is_full(project: Path, words: tuple[str, ...]) -> None:
    """
    Nothing can be written, and nothing has to be.
    """
    done = subprocess.run(
        [sys.executable, "-m", "flowkit", *words],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
    )
    assert "Traceback" not in done.stderr
    # `flowkit check` needs a temporary folder.
    expected = "Error: No usable temporary directory found in " if words == ("check",) else ""
    assert done.stderr.startswith(expected)
    assert done.returncode == (1 if expected else 0), done.stderr
