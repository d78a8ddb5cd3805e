"""
What flowkit knows of files, from save to save.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowkit.embedded.dev.snapshots import Project, Snapshot
from tests.support import ROOT

HEAD = "from flowkit import Pipeline\nfrom flowkit.airflow.dags import register\n"


@pytest.fixture
def dags(tmp_path: Path) -> Path:
    """
    A DAG folder.
    """
    (tmp_path / "pyproject.toml").touch()
    folder = tmp_path / "dags"
    folder.mkdir()
    return folder


@pytest.fixture
def project(dags: Path) -> Iterator[Project]:
    """
    Its state, with a short load timeout.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(dags.parent)}
    with Project(dags, environment, load_timeout=3.0) as made:
        yield made


def write(folder: Path, name: str, *pipelines: str, before: str = "") -> Path:
    """
    Write a DAG file that registers *pipelines*.
    """
    file = folder / f"{name}.py"
    file.write_text(f"{before}{HEAD}register({', '.join(pipelines)})\n", encoding="utf-8")
    return file


def kinds(snapshot: Snapshot) -> dict[str, str]:
    """
    Return what happened to each pipeline.
    """
    return {one.dag_id: one.kind for one in snapshot.changed}


GOOD = 'Pipeline("a").task("t")'
BROKEN = 'Pipeline("a").task("t").task("t")'


def test_a_pipeline_is_added_changed_and_removed(dags: Path, project: Project) -> None:
    """
    Changes are described in the terms of the pipeline.
    """
    file = write(dags, "one", GOOD)
    assert kinds(project.inspect([file])) == {"a": "added"}
    assert kinds(project.inspect([file])) == {}
    write(dags, "one", f'{GOOD}.task("u")', 'Pipeline("b").task("t")')
    snapshot = project.inspect([file])
    assert kinds(snapshot) == {"a": "changed", "b": "added"}
    change = snapshot.changed[0].changes[0]
    assert (change.kind, change.what, change.name) == ("added", "task", "u")
    assert snapshot.files[file].new == {"a", "b"}
    file.unlink()
    assert kinds(project.inspect([], [file])) == {"a": "removed", "b": "removed"}
    assert project.pipelines == 0


def test_a_broken_pipeline_is_reported_as_by_flowkit_check(dags: Path, project: Project) -> None:
    """
    Its last good version is what the next one is compared with.
    """
    file = write(dags, "one", GOOD, 'Pipeline("b").task("t")')
    project.inspect([file])
    write(dags, "one", BROKEN, 'Pipeline("b").task("t")')
    snapshot = project.inspect([file])
    assert kinds(snapshot) == {"a": "broken"}
    assert [(one.code, one.dag_id) for one in snapshot.findings] == [("FK101", "a")]
    assert snapshot.files[file].pipelines == {"b"}
    assert snapshot.files[file].broken == {"a"}
    write(dags, "one", GOOD, 'Pipeline("b").task("t")')
    assert kinds(project.inspect([file])) == {"a": "fixed"}
    write(dags, "one", BROKEN)
    project.inspect([file])
    write(dags, "one", f'{GOOD}.task("u")')
    assert kinds(project.inspect([file])) == {"a": "changed"}


def test_a_pipeline_broken_from_the_start_is_fixed(dags: Path, project: Project) -> None:
    """
    There was no good version.
    """
    file = write(dags, "one", BROKEN)
    assert kinds(project.inspect([file])) == {"a": "broken"}
    write(dags, "one", GOOD)
    assert kinds(project.inspect([file])) == {"a": "fixed"}


def test_a_file_that_cannot_be_executed_keeps_its_pipelines(dags: Path, project: Project) -> None:
    """
    As Airflow keeps them.
    """
    file = write(dags, "one", GOOD)
    project.inspect([file])
    file.write_text(f"{HEAD}register(", encoding="utf-8")
    snapshot = project.inspect([file])
    assert kinds(snapshot) == {"a": "broken"}
    assert [one.code for one in snapshot.findings] == ["FK501"]
    assert not snapshot.files[file].whole
    assert snapshot.files[file].loaded
    write(dags, "one", GOOD)
    assert kinds(project.inspect([file])) == {"a": "fixed"}


@pytest.mark.parametrize("same_inspection", [True, False])
def test_a_pipeline_may_move(dags: Path, project: Project, same_inspection: bool) -> None:
    """
    From one file to another it stays the same pipeline.
    """
    old = write(dags, "old", GOOD)
    project.inspect([old])
    new = write(dags, "new", GOOD)
    old.unlink()
    if same_inspection:
        assert kinds(project.inspect([new], [old])) == {"a": "moved"}
    else:
        assert kinds(project.inspect([new])) == {"a": "moved"}
        assert kinds(project.inspect([], [old])) == {}


def test_one_id_in_two_files_is_reported(dags: Path, project: Project) -> None:
    """
    Though only one of them was saved.
    """
    first = write(dags, "first", GOOD)
    project.inspect([first])
    second = write(dags, "second", GOOD)
    codes = {one.code for one in project.inspect([second]).findings}
    assert len(codes) == 1
    second.unlink()
    assert project.inspect([first], [second]).findings == ()


def test_helpers_are_new_in_each_inspection(dags: Path, project: Project) -> None:
    """
    Though Python imports a module once.
    """
    helper = dags / "names.py"
    helper.write_text('NAME = "x"\n', encoding="utf-8")
    file = write(dags, "one", 'Pipeline("a").task(names.NAME)', before="import names\n")
    project.inspect([file])
    helper.write_text('NAME = "y"\n', encoding="utf-8")
    assert kinds(project.inspect([file])) == {"a": "changed"}


def test_it_knows_who_reads_a_file(dags: Path, project: Project) -> None:
    """
    Who opens it, and who lists the folder in which it lies; also if it is not there.
    """
    for name in ("table.csv", "data/one.json"):
        (dags / name).parent.mkdir(exist_ok=True)
        (dags / name).write_text("{}", encoding="utf-8")
    here = f"from pathlib import Path\nHERE = Path({str(dags)!r})\n"
    opens = write(dags, "opens", GOOD, before=f'{here}(HERE / "table.csv").read_text()\n')
    lists = write(
        dags, "lists", 'Pipeline("b").task("t")', before=f'{here}list((HERE / "data").glob("*.json"))\n'
    )
    misses = write(
        dags,
        "misses",
        'Pipeline("c").task("t")',
        before=f'{here}try:\n    open(HERE / "no.csv")\nexcept OSError:\n    pass\n',
    )
    project.inspect([opens, lists, misses])
    assert project.readers(dags / "table.csv") == {opens}
    assert project.readers(dags / "data" / "two.json") == {lists}
    assert project.readers(dags / "no.csv") == {misses}
    assert project.readers(dags / "README.md") == set()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("while True: pass", "did not load within 3 s"),
        ("import os; os._exit(7)", "exited with code 7"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "was killed by SIGSEGV"),
    ],
)
def test_a_file_that_python_does_not_survive(dags: Path, project: Project, line: str, words: str) -> None:
    """
    The error names that file; the others are inspected all the same.
    """
    bad, good = write(dags, "bad", GOOD, before=f"{line}\n"), write(dags, "good", 'Pipeline("b").task("t")')
    snapshot = project.inspect([bad, good])
    (finding,) = snapshot.findings
    assert finding.location is not None
    assert (finding.code, finding.location.file) == ("FK501", str(bad))
    assert words in finding.message
    assert kinds(snapshot) == {"b": "added"}
    assert not snapshot.files[bad].loaded
    write(dags, "bad", GOOD)
    assert kinds(project.inspect([bad])) == {"a": "added"}


def test_what_a_file_leaves_running_is_not_waited_for(dags: Path, project: Project) -> None:
    """
    A process that holds the pipe open.
    """
    fork = "import os, time\nif os.fork() == 0:\n    time.sleep(30)\n    os._exit(0)\n"
    assert kinds(project.inspect([write(dags, "one", GOOD, before=fork)])) == {"a": "added"}


def test_an_inspection_survives_the_end_of_its_process(dags: Path, project: Project) -> None:
    """
    Another one is started.
    """
    file = write(dags, "one", GOOD)
    project._child.process.kill()
    project._child.process.wait()
    assert kinds(project.inspect([file])) == {"a": "added"}


def test_a_bug_in_flowkit_is_reported_as_such(dags: Path, tmp_path: Path) -> None:
    """
    It is not blamed on the user, and the inspecting process lives on.
    """
    write(dags, "one", 'Pipeline("sales").task("t")')
    (tmp_path / "sitecustomize.py").write_text(
        "import flowkit.embedded.dev.inspector\n"
        "def fail(*_, **__): raise KeyError('what was missing')\n"
        "flowkit.embedded.dev.inspector.check_files = fail\n"
    )
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "HOME": str(tmp_path)}
    with Project(dags, environment) as project:
        for _ in range(2):
            snapshot = project.inspect([dags / "one.py"])
            assert snapshot.changed == ()
            assert snapshot.failure == (
                "flowkit itself failed while inspecting the files: KeyError: 'what was missing'. "
                "Please report this."
            )
