"""
Finding and loading the files of users, without Airflow.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from flowkit.base.errors import LoadError
from flowkit.project.discovery import find, folder_of
from flowkit.project.loading import load, load_each

GOOD = '''
"""Airflow DAGs."""
from flowkit import Pipeline
from flowkit.airflow.dags import register

'''


def _write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")


def _names(folder: Path) -> list[str]:
    return [file.relative_to(folder).as_posix() for file in find(folder)]


def test_files_are_found_in_the_order_of_their_paths(tmp_path: Path) -> None:
    """
    A folder is walked as a whole, and sorted.
    """
    _write(tmp_path / "b", first=GOOD)
    _write(tmp_path / "a" / "deep", last=GOOD, early=GOOD)
    _write(tmp_path, c=GOOD)

    assert _names(tmp_path) == ["a/deep/early.py", "a/deep/last.py", "b/first.py", "c.py"]


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("airflow dag flowkit", True),
        ("AirFlow DAG FlowKit", True),
        ("airflow asset flowkit", True),
        ("airflow flowkit", False),
        ("dag flowkit", False),
        ("airflow dag", False),
    ],
)
def test_a_file_that_cannot_hold_pipelines_is_passed_over(tmp_path: Path, text: str, taken: bool) -> None:
    """
    Airflow skips a file by its text, and so does flowkit.
    """
    _write(tmp_path, file=f"# {text}")

    assert bool(find(tmp_path)) is taken


def test_a_file_that_is_named_is_always_taken(tmp_path: Path) -> None:
    """
    Whoever names a file wants that file, whatever its text.
    """
    _write(tmp_path, plain="")

    assert find(tmp_path / "plain.py") == (tmp_path / "plain.py",)


def test_airflowignore_is_honoured(tmp_path: Path) -> None:
    """
    Patterns hold below their folder; a later one, or one further down, takes back what an earlier one said.
    """
    _write(tmp_path, one=GOOD, old_one=GOOD, old_two=GOOD)
    _write(tmp_path / "drafts", draft=GOOD)
    _write(tmp_path / "team", draft=GOOD, old_three=GOOD)
    (tmp_path / ".airflowignore").write_text(
        "old_*  # not any more\n!old_two.py\ndrafts/\n", encoding="utf-8"
    )
    (tmp_path / "team" / ".airflowignore").write_text("/draft.py\n!old_three.py\n", encoding="utf-8")

    assert _names(tmp_path) == ["old_two.py", "one.py", "team/old_three.py"]


def test_folders_that_hold_no_pipelines_are_left_out(tmp_path: Path) -> None:
    """
    Hidden folders and virtual environments hold files of others.
    """
    _write(tmp_path / ".hidden", file=GOOD)
    _write(tmp_path / "__pycache__", file=GOOD)
    _write(tmp_path / "env" / "lib", file=GOOD)
    (tmp_path / "env" / "pyvenv.cfg").touch()

    assert _names(tmp_path) == []


def test_a_circle_of_links_is_walked_once(tmp_path: Path) -> None:
    """
    A link to a folder above it has an end.
    """
    _write(tmp_path / "dags", file=GOOD)
    (tmp_path / "dags" / "again").symlink_to(tmp_path / "dags")

    assert _names(tmp_path / "dags") == ["file.py"]


def test_nothing_at_the_path(tmp_path: Path) -> None:
    """
    A path that does not exist is an error that proposes its neighbour.
    """
    _write(tmp_path, pipelines=GOOD)

    with pytest.raises(LoadError) as caught:
        find(tmp_path / "pipeline.py")

    wanted, meant = str(tmp_path / "pipeline.py"), str(tmp_path / "pipelines.py")
    assert str(caught.value) == f"No such file or folder: {wanted!r}. Did you mean {meant!r}?"


def test_pipelines_come_in_the_order_of_the_source(tmp_path: Path) -> None:
    """
    By path, and within a file as it was written; a path that is a file loads that file only.
    """
    two = 'register(Pipeline("z").task("t"), Pipeline("y").task("t"))\nregister(Pipeline("x").task("t"))\n'
    _write(tmp_path, b=GOOD + two, a=GOOD + 'register(Pipeline("last").task("t"))\n')

    assert [pipeline.dag_id for pipeline in load(tmp_path).pipelines] == ["last", "z", "y", "x"]
    assert [pipeline.dag_id for pipeline in load(tmp_path / "b.py").pipelines] == ["z", "y", "x"]


def test_a_file_sees_itself_where_it_is(tmp_path: Path) -> None:
    """
    Its own path, its data and its helpers are as they will be in Airflow.
    """
    _write(
        tmp_path / "sub",
        file=GOOD + 'import load_test_helper as h\nregister(Pipeline(h.name(__file__)).task("t"))\n',
    )
    _write(
        tmp_path,
        load_test_helper="from pathlib import Path\n"
        "def name(file):\n    return Path(file).with_suffix('.txt').read_text()\n",
    )
    (tmp_path / "sub" / "file.txt").write_text("from_the_data", encoding="utf-8")
    before = list(sys.path)

    loaded = load(tmp_path)

    assert [pipeline.dag_id for pipeline in loaded.pipelines] == ["from_the_data"]
    assert loaded.pipelines[0].location.file == str(tmp_path / "sub" / "file.py")
    assert sys.path == before


def test_a_file_is_executed_afresh_each_time(tmp_path: Path) -> None:
    """
    What was edited in between counts.
    """
    _write(tmp_path, file=GOOD + 'register(Pipeline("old").task("t"))\n')
    load(tmp_path)
    _write(tmp_path, file=GOOD + 'register(Pipeline("edited").task("t"))\n')

    assert [pipeline.dag_id for pipeline in load(tmp_path).pipelines] == ["edited"]


def test_a_file_that_fails_harms_no_other(tmp_path: Path) -> None:
    """
    Its failure is told by the user's own lines, without those of Python's import and of flowkit.
    """
    _write(
        tmp_path,
        a=GOOD + "def f():\n    raise ValueError('no luck')\nf()\n",
        b=GOOD + 'register(Pipeline("good").task("t"))\n',
        c=GOOD + "x = = 1\n",
    )

    loaded = load(tmp_path)

    assert [pipeline.dag_id for pipeline in loaded.pipelines] == ["good"]
    first, second = loaded.failures
    assert first.file == str(tmp_path / "a.py")
    # Newer versions of Python underline the call.
    lines = [line for line in (first.failure or "").splitlines() if line.strip(" ^~")]
    assert lines == [
        "Traceback (most recent call last):",
        f'  File "{tmp_path}/a.py", line 8, in <module>',
        "    f()",
        f'  File "{tmp_path}/a.py", line 7, in f',
        "    raise ValueError('no luck')",
        "ValueError: no luck",
    ]
    assert second.failure is not None
    assert second.failure.endswith("SyntaxError: invalid syntax")


def test_what_was_registered_before_a_failure_is_kept(tmp_path: Path) -> None:
    """
    A file that fails half way still shows the pipelines of its first half.
    """
    _write(tmp_path, file=GOOD + 'register(Pipeline("first").task("t"))\nraise SystemExit(3)\n')

    loaded = load(tmp_path)

    assert [pipeline.dag_id for pipeline in loaded.pipelines] == ["first"]
    assert loaded.failures[0].failure == "The file exits Python when it is loaded: SystemExit(3)."


def test_a_wrong_value_is_told_by_its_problem(tmp_path: Path) -> None:
    """
    An error that flowkit raises holds the location already; a traceback would say it twice.
    """
    _write(tmp_path, file=GOOD + "register()\n")

    (failed,) = load(tmp_path).failures

    assert failed.failure is not None
    assert failed.failure.startswith(f"{tmp_path}/file.py:6: FK405 register() got no pipelines.")


def test_a_broken_pipeline_harms_no_other(tmp_path: Path) -> None:
    """
    It stands among the broken ones, with its problems.
    """
    _write(
        tmp_path,
        file=GOOD + 'register(Pipeline("bad").task("t").task("t"))\nregister(Pipeline("good").task("t"))\n',
    )

    loaded = load(tmp_path)

    assert [pipeline.dag_id for pipeline in loaded.pipelines] == ["good"]
    assert [broken.dag_id for broken in loaded.broken] == ["bad"]
    assert [problem.code for problem in loaded.broken[0].problems] == ["FK101"]
    assert loaded.failures == ()


def test_prints_of_a_file_stay_off_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Standard output belongs to the command that loads.
    """
    _write(tmp_path, file=GOOD + 'print("hello")\n')

    load(tmp_path)

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "hello\n"


def test_files_are_loaded_one_by_one(tmp_path: Path) -> None:
    """
    Whoever has found what was wanted need not load the rest.
    """
    _write(tmp_path, a=GOOD + 'register(Pipeline("a").task("t"))\n', b="raise KeyboardInterrupt")

    first = next(load_each([tmp_path / "a.py", tmp_path / "b.py"], folder_of(tmp_path)))

    assert [pipeline.dag_id for pipeline in first.pipelines] == ["a"]


def test_something_that_is_not_python_is_a_failure(tmp_path: Path) -> None:
    """
    A file of another kind is refused in a sentence.
    """
    (tmp_path / "notes.txt").touch()

    (failed,) = load(tmp_path / "notes.txt").failures

    assert failed.failure == "notes.txt is not a Python file."


def test_the_dag_folder_is_the_nearest_called_dags(tmp_path: Path) -> None:
    """
    Within the project; elsewhere it is the folder of the file.
    """
    deep = tmp_path / "dags" / "project" / "dags" / "team"
    _write(deep, file=GOOD)
    _write(tmp_path / "other", file=GOOD)

    assert folder_of(deep / "file.py") == folder_of(deep) == folder_of(deep.parent) == deep.parent
    assert folder_of(tmp_path / "other" / "file.py") == folder_of(tmp_path / "other") == tmp_path / "other"

    (deep / "pyproject.toml").touch()
    assert folder_of(deep / "file.py") == deep


def test_the_dag_folder_is_the_one_that_somebody_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The user, or else Airflow's configuration, for what lies in it.
    """
    file = tmp_path / "pipelines" / "dags" / "file.py"
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(tmp_path / "pipelines"))

    assert folder_of(file) == tmp_path / "pipelines"
    assert folder_of(tmp_path / "dags" / "file.py") == tmp_path / "dags"
    assert folder_of(file, tmp_path) == tmp_path
    assert folder_of(file, tmp_path / "elsewhere") == file.parent


def test_the_time_of_a_file_is_taken(tmp_path: Path) -> None:
    """
    Whether it can be loaded or not.
    """
    _write(
        tmp_path,
        good=GOOD + "import time\ntime.sleep(0.02)\n",
        bad=GOOD + "import time\ntime.sleep(0.02)\n1/0\n",
    )

    assert [file.seconds >= 0.02 for file in load(tmp_path).files] == [True, True]
