"""
`flowkit check`, as a person and as a program calls it.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flowkit.cli import check
from flowkit.cli.main import main
from tests.cli.commands import run_flowkit
from tests.support import DAGS, ROOT

HEAD = "from flowkit import Pipeline, python\nfrom flowkit.airflow.dags import register\n"
GOOD = f'{HEAD}register(Pipeline("good").task("t"))\n'
TWO_BROKEN = f"""{HEAD}
register(
    Pipeline("first").task("t").task("t"),
    Pipeline("second").task("u", after="nowhere").task("u"),
    Pipeline("third").task("t"),
)
"""
DAG_FILES = {"good.py": GOOD}


def _write(project: Path, name: str, text: str) -> None:
    path = project / "dags" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _lines(done: subprocess.CompletedProcess[str]) -> list[str]:
    return done.stdout.splitlines()


def _codes(project: Path, *paths: str) -> list[str]:
    found = json.loads(run_flowkit("check", "--format", "json", *paths, cwd=project).stdout)
    return [
        f"{Path(problem['file']).name}:{problem['line']} {problem['code']}" for problem in found["problems"]
    ]


def test_all_is_well(project: Path) -> None:
    """
    One line, and the exit code of success.
    """
    done = run_flowkit("check", cwd=project)

    (line,) = _lines(done)
    assert line.startswith("No problems: 1 pipeline in 1 file, ")
    assert line.endswith(" s.")
    assert (done.stderr, done.returncode) == ("", 0)


def test_every_problem_of_every_pipeline_is_told(project: Path) -> None:
    """
    File, line, code and message on one line; the cure below it; the pipeline where the message does not name it.
    """
    _write(project, "bad.py", TWO_BROKEN)

    done = run_flowkit("check", cwd=project)

    heads = [line for line in _lines(done) if line.startswith("dags/")]
    assert [line[:20] for line in heads] == [
        "dags/bad.py:5: FK101",
        "dags/bad.py:6: FK101",
        "dags/bad.py:6: FK102",
    ]
    assert _lines(done)[1:3] == ["    Give one of them another id.", "    In pipeline 'first'."]
    assert _lines(done)[-1].startswith("3 problems: 4 pipelines in 2 files, ")
    assert done.returncode == 1


def test_a_file_that_cannot_be_loaded_is_one_problem(project: Path) -> None:
    """
    With the lines of the user's own files, down to the one that raised; the others are checked all the same.
    """
    _write(project, "helper.py", "def fail():\n    raise ValueError('no luck')\n")
    _write(project, "broken.py", f"{HEAD}import helper\nhelper.fail()\n")
    _write(project, "wrong.py", f"{HEAD}def broken(:\n")
    _write(project, "zoo.py", TWO_BROKEN)

    done = run_flowkit("check", cwd=project)

    assert _lines(done)[0].startswith("dags/broken.py:4: FK501 This file cannot be loaded")
    assert _lines(done)[1] == "    Traceback (most recent call last):"
    assert 'dags/helper.py", line 2, in fail' in done.stdout
    assert "    ValueError: no luck\n    Fix the line that the error names.\n" in done.stdout
    assert "dags/wrong.py:3: FK501 " in done.stdout
    assert "flowkit/project/loading.py" not in done.stdout
    assert "importlib" not in done.stdout
    assert "dags/zoo.py:5: FK101 " in done.stdout
    assert done.returncode == 1


def test_a_task_group_without_a_dag_has_a_hint(project: Path) -> None:
    """
    Airflow refuses it where it is made: `native` makes it later.
    """
    _write(project, "group.py", f"{HEAD}from airflow.sdk import TaskGroup\nTaskGroup('quality')\n")

    done = run_flowkit("check", cwd=project)

    assert "dags/group.py:4: FK501 " in done.stdout
    assert (
        "Let native(Class, …) make the TaskGroup, when Airflow gets the pipeline: task(id, native(…))."
        in done.stdout
    )


def test_a_value_that_flowkit_refuses_keeps_its_code(project: Path) -> None:
    """
    It is found at its own line, in a helper too, by every pipeline that uses it.
    """
    _write(project, "helper.py", "from flowkit import task\nfetch = task('fetch', retires=3)\n")
    for name in ("one", "two"):
        _write(
            project, f"{name}.py", f"{HEAD}import helper\nregister(Pipeline('{name}').then(helper.fetch))\n"
        )

    assert _codes(project) == ["helper.py:2 FK005", "helper.py:2 FK005"]


def test_a_file_that_ends_python_is_one_problem(project: Path) -> None:
    """
    The command goes on.
    """
    _write(project, "bad.py", f"{HEAD}raise SystemExit(0)\n")

    assert _codes(project) == ["bad.py:3 FK501"]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("publish(Pipeline('p').task('t'))", 3),
        ("p = Pipeline('p').task('t')\nif True:\n    publish(p)", 5),
        ("helpers = [Pipeline('p').task('t')]", None),
        ("def make():\n    publish(Pipeline('p'))", None),
        ("if __name__ == '__main__':\n    publish(Pipeline('p'))", None),
        ("print(Pipeline('p'))", None),
        ("publish('p')", None),
        ("publish(Pipeline('p').task('t'))  # airflow asset", None),
        ("publish(", None),
    ],
)
def test_a_file_that_airflow_passes_over(project: Path, source: str, line: int | None) -> None:
    """
    It registers pipelines by a helper, and lacks the words; a helper that only makes pipelines is none.
    """
    _write(project, "publishing.py", "from flowkit.airflow.dags import register as publish\n")
    _write(project, "unseen.py", f"from flowkit import Pipeline\nfrom publishing import publish\n{source}\n")

    assert _codes(project) == ([] if line is None else [f"unseen.py:{line} FK502"])


def test_a_named_file_that_airflow_passes_over(project: Path) -> None:
    """
    A file that is named is loaded whatever it holds, so its pipelines themselves show it.
    """
    _write(project, "publishing.py", "from flowkit.airflow.dags import register as publish\n")
    _write(
        project,
        "unseen.py",
        "import publishing\nfrom flowkit import Pipeline as P\npublishing.publish(P('p').task('t'))",
    )

    assert _codes(project, "dags/unseen.py") == ["unseen.py:1 FK502"]


def test_one_id_in_two_files_names_all_places(project: Path) -> None:
    """
    It is one problem; a file that is reached by two paths is still one file.
    """
    _write(project, "more.py", f"\n{GOOD}")
    _write(project, "much_more.py", GOOD)

    done = run_flowkit("check", "dags/good.py", "dags", "dags/more.py", cwd=project)

    assert _lines(done)[0] == (
        "dags/much_more.py:3: FK503 3 files have a pipeline 'good': dags/good.py:3, dags/more.py:4, "
        "dags/much_more.py:3. Airflow silently keeps the one that it loads last."
    )
    assert _lines(done)[-1].startswith("1 problem: 3 pipelines in 3 files, ")
    assert done.returncode == 1


def test_a_file_in_two_folders_is_one_file(project: Path) -> None:
    """
    A folder that lies in another one that was given brings no second copy of its files.
    """
    _write(project, "below/more.py", GOOD.replace("good", "more"))

    done = run_flowkit("check", "dags", "dags/below", cwd=project)

    assert _lines(done)[-1].startswith("No problems: 2 pipelines in 2 files, ")


def test_one_id_by_one_helper_in_two_files(project: Path) -> None:
    """
    The pipeline stands in one line, yet two files register it.
    """
    _write(
        project,
        "helper.py",
        "from flowkit import Pipeline\ndef make():\n    return Pipeline('p').task('t')\n",
    )
    _write(project, "one.py", f"{HEAD}import helper\nregister(helper.make())\n")
    _write(project, "two.py", f"{HEAD}import helper\nregister(helper.make())\n")

    assert _codes(project) == ["two.py:1 FK503"]


def test_register_in_a_helper(project: Path) -> None:
    """
    At its import is a problem, in the line of the call; in a function that the DAG file calls is none.
    """
    _write(project, "at_import.py", f"{HEAD}register(Pipeline('p').task('t'))\n")
    _write(project, "in_function.py", f"{HEAD}def go():\n    register(Pipeline('q').task('t'))\n")
    _write(project, "uses.py", f"{HEAD}import at_import, in_function\nin_function.go()\n")

    done = run_flowkit("check", "dags/uses.py", cwd=project)

    assert _lines(done)[0].startswith(
        "dags/at_import.py:3: FK406 register() was called while the module 'at_import' was "
    )
    assert _lines(done)[-1].startswith("1 problem: 2 pipelines in 1 file, ")
    assert done.returncode == 1


@pytest.mark.parametrize("helper", ["calendar.py", "yaml/__init__.py", "yaml/loading.py"])
def test_a_helper_that_an_installed_one_hides(project: Path, helper: str) -> None:
    """
    A warning, at the line that imports it; the exit code stays that of success.
    """
    name = helper.removesuffix(".py").partition("/")[0]
    _write(project, helper, "")
    _write(project, "uses.py", f"{HEAD}import {name}\n")

    done = run_flowkit("check", cwd=project)

    assert _lines(done)[0].startswith(
        f"dags/uses.py:3: warning: FK504 `import {name}` does not import {name}"
    )
    assert _lines(done)[-1].startswith("No problems and 1 warning: 1 pipeline in 2 files, ")
    assert done.returncode == 0


def test_helpers_that_nothing_hides(project: Path) -> None:
    """
    No warning for a name of its own, for one that nobody imports, or for a folder without Python in it.
    """
    _write(project, "my_helper.py", "")
    _write(project, "calendar.py", "")
    _write(project, "json/data.txt", "")
    _write(project, "uses.py", f"{HEAD}import my_helper\nimport json\n")

    assert _codes(project) == []
    # A file that was not asked for is not spoken of.
    _write(project, "other.py", "import calendar\n")
    assert _codes(project, "dags/uses.py") == []
    (project / "dags" / "other.py").unlink()
    # A module of the working folder is no installed one.
    (project / "my_helper.py").touch()
    assert _codes(project) == []
    # The same when the command runs in the DAG folder, which Python then puts first on its path.
    assert _codes(project / "dags", ".") == []


def test_secrets_in_arguments(project: Path) -> None:
    """
    Texts under the names of secrets, to functions and operators, mapped ones too; their values are not shown.
    """
    text = f"""{HEAD}
from airflow.sdk import BaseOperator
from flowkit import each, operator, over

class Upload(BaseOperator):
    def __init__(self, *, api_key=None, token_url=None, **kwargs):
        super().__init__(**kwargs)

def f(password="", db_password="", token="", n=0): ...

register(
    Pipeline("p")
    .task("a", python(f, password="hunter2"))
    .task("b", python(f, db_password="hunter2", token="{{{{ conn.db.password }}}}"))
    .task("c", operator(Upload, api_key="hunter2", token_url="hunter2"))
    .task("d", python(f, token="", n=3))
    .task("e", each(f, n=over([1, 2]), token="hunter2"))
)
"""
    _write(project, "secret.py", text)

    done = run_flowkit("check", cwd=project)

    assert [line.split(": ", 2)[0] for line in _lines(done) if "FK505" in line] == [
        "dags/secret.py:15",
        "dags/secret.py:16",
        "dags/secret.py:17",
        "dags/secret.py:19",
    ]
    assert "hunter2" not in done.stdout + done.stderr
    assert done.returncode == 0


def test_secrets_within_arguments(project: Path) -> None:
    """
    In dictionaries, attrs values and params, with the way to them; a list holds no names.
    """
    text = f"""{HEAD}
import attrs
from flowkit import task

@attrs.frozen
class Login:
    user: str
    password: str

@attrs.frozen
class Asked:
    user: str = "me"
    token: str = "hunter2"

def f(*args, **kwargs): ...

register(
    Pipeline("p", params={{"token": "hunter2"}})
    .task("a", python(f, config={{"db": {{"password": "hunter2"}}, "n": 3}}))
    .task("b", python(f, Login("me", "hunter2")))
    .task("c", python(f, login=[Login("me", "hunter2")]))
    .task("d", python(f, ["password", "hunter2"], {{"password": "{{{{ conn.db.password }}}}"}}))
    .task("e", python(f), params={{"api_key": "hunter2"}}),
    Pipeline("q", params=Asked).task("a"),
)
"""
    _write(project, "secret.py", text)

    done = run_flowkit("check", cwd=project)

    found = [
        line.partition("FK505 ")[2].partition(" in plain")[0] for line in _lines(done) if "FK505" in line
    ]
    assert found == [
        "The pipeline has token= among its params",
        "Task 'a' passes config['db']['password']",
        "Task 'b' passes password=",
        "Task 'c' passes login.password",
        "Task 'e' passes api_key=",
        "The pipeline has token= among its params",
    ]
    assert "hunter2" not in done.stdout + done.stderr


def test_the_source_of_files_and_helpers(project: Path) -> None:
    """
    What is found there stands among the other problems, once, at its own line; the exit code is that of problems.
    """
    _write(project, "helper.py", "from flowkit import task\na = task('a')\na >> task('b')\n")
    _write(project, "one.py", f"{HEAD}import helper\nregister(Pipeline('one').then(helper.a))\n")
    _write(project, "two.py", f"{HEAD}import helper\nregister(Pipeline('two').then(helper.a))\n")

    done = run_flowkit("check", "--format", "json", cwd=project)

    (problem,) = json.loads(done.stdout)["problems"]
    assert (problem["file"], problem["line"], problem["code"]) == ("dags/helper.py", 3, "FK506")
    assert done.returncode == 1


def test_a_question_that_raises_is_told_once(project: Path) -> None:
    """
    By the error of the line that was executed.
    """
    _write(
        project,
        "bad.py",
        f"{HEAD}from flowkit import task\nif task('a', python(len, [])).output:\n    pass\n",
    )

    assert _codes(project) == ["bad.py:4 FK007"]


def test_findings_that_the_author_knows_better(project: Path) -> None:
    """
    A comment in any line of the statement, with the code; the problems of a pipeline cannot be ignored.
    """
    bad = f"""{HEAD}from flowkit import task
task("a")  # flowkit: ignore[FK506]
task("b")  # flowkit: ignore[FK508, FK506] on purpose
Pipeline("p").task(
    "c",  # flowkit: ignore[FK506]
)
task("d")  # flowkit: ignore[FK507]
register(Pipeline("p").task("t").task("t"))  # flowkit: ignore[FK101]
"""
    _write(project, "bad.py", bad)

    assert _codes(project) == ["bad.py:9 FK506", "bad.py:10 FK101"]


@pytest.mark.parametrize(
    "arguments", [["dags/team/uses.py"], ["dags/team"], ["pipelines/uses.py", "--dags", "pipelines"]]
)
def test_the_dag_folder_is_on_the_path(project: Path, arguments: list[str]) -> None:
    """
    Also for files in folders below, as in Airflow.
    """
    for folder in ("dags/team", "pipelines"):
        (project / folder).mkdir()
        (project / folder / "uses.py").write_text(
            f"{HEAD}import top\nregister(Pipeline(top.NAME).task('t'))\n"
        )
    for folder in ("dags", "pipelines"):
        (project / folder / "top.py").write_text("NAME = 'p'\n")

    done = run_flowkit("check", *arguments, cwd=project)

    assert _lines(done)[-1].startswith("No problems: 1 pipeline in 1 file")


def test_a_slow_file_is_a_warning(project: Path) -> None:
    """
    By the limits that Airflow's configuration sets.
    """
    _write(project, "slow.py", f"{HEAD}import time\ntime.sleep(2)\nregister(Pipeline('p').task('t'))\n")

    done = run_flowkit("check", cwd=project, AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT="3.5")

    # Not the only line: on a busy machine the other file may be slow as well.
    assert any(line.startswith("dags/slow.py:1: warning: FK510 This file took ") for line in _lines(done))
    assert done.returncode == 0


@pytest.mark.e2e
def test_airflow_is_timed(project: Path) -> None:
    """
    A table, as JSON a list; warnings by the limits.
    """
    _write(
        project,
        "more.py",
        f"{HEAD}import time\ntime.sleep(0.3)\nregister(Pipeline('p').task('t').task('u'))\n",
    )
    settings = {"AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": "0.5"}

    done = run_flowkit("check", "--timing", cwd=project)
    told = json.loads(run_flowkit("check", "--timing", "--format", "json", cwd=project, **settings).stdout)

    rows = [line.split()[:3] for line in _lines(done) if line.startswith("dags/")]
    assert sorted(rows) == [["dags/good.py", "1", "1"], ["dags/more.py", "1", "2"]]
    timed = {timing["file"]: timing for timing in told["timings"]}
    assert timed["dags/more.py"]["load"] >= 0.3
    assert timed["dags/good.py"]["stored"] == len(GOOD)
    assert "FK511" in [problem["code"] for problem in told["problems"]]


@pytest.mark.e2e
def test_what_only_airflow_rejects_is_found_with_it(project: Path) -> None:
    """
    An operator checks its arguments when it is made. What flowkit finds itself is reported once.
    """
    imports = (
        "from airflow.providers.standard.sensors.external_task import ExternalTaskSensor\n"
        "from flowkit import operator\n"
    )
    sensor = "operator(ExternalTaskSensor, external_dag_id='q', allowed_states=['x'])"
    _write(
        project,
        "more.py",
        f"{HEAD}{imports}register(\n    Pipeline('p').task('t', {sensor}),\n    Pipeline('q'),\n)\n",
    )

    without, with_airflow = (
        [line.split()[:2] for line in _lines(run_flowkit("check", *more, cwd=project)) if "FK" in line]
        for more in ((), ("--timing",))
    )

    assert without == [["dags/more.py:7:", "FK109"]]
    assert with_airflow == [["dags/more.py:6:", "FK901"], *without]


def test_annotations_for_github(project: Path) -> None:
    """
    One line each, with what would end a line or a property escaped.
    """
    _write(project, "a,b.py", f"{HEAD}raise ValueError('100%')\n")
    _write(project, "calendar.py", "")
    _write(project, "uses.py", "import calendar")

    done = run_flowkit("check", "--format", "github", cwd=project)

    error, warning, _summary = _lines(done)
    assert error.startswith("::error file=dags/a%2Cb.py,line=3,title=FK501::This file cannot be loaded")
    assert error.endswith("%0AValueError: 100%25%0AFix the line that the error names.")
    assert warning.startswith("::warning file=dags/uses.py,line=1,title=FK504::`import calendar` ")
    assert done.returncode == 1


def test_json_for_programs(project: Path) -> None:
    """
    One object on standard output, whatever the user's files print.
    """
    _write(project, "bad.py", f"{TWO_BROKEN}\nprint('hello')\n")

    done = run_flowkit("check", "--format", "json", cwd=project)

    found = json.loads(done.stdout)
    assert {name: found[name] for name in ("files", "pipelines")} == {"files": 2, "pipelines": 4}
    first = found["problems"][0]
    assert first.pop("message").startswith("Duplicate task id 't' in the pipeline")
    assert first == {
        "code": "FK101",
        "severity": "error",
        "file": "dags/bad.py",
        "line": 5,
        "hint": "Give one of them another id.",
        "dag_id": "first",
        "traceback": None,
    }
    assert done.stderr == "hello\n"
    assert done.returncode == 1


@pytest.mark.parametrize(
    "arguments", [["dag"], ["dags", "nowhere"], ["--format", "xml"], ["--dags", "nowhere"]]
)
def test_wrong_use(project: Path, arguments: list[str]) -> None:
    """
    A mistyped path is neither success nor a problem of a pipeline.
    """
    done = run_flowkit("check", *arguments, cwd=project)

    assert done.stdout == ""
    assert done.stderr
    assert done.returncode == 2


def test_nothing_is_written(project: Path) -> None:
    """
    No bytecode beside the user's files, no folder of the project's own, and none in the user's home.
    """
    _write(project, "helper.py", "")
    _write(project, "uses.py", f"{HEAD}import os, helper\nprint(os.environ['AIRFLOW_HOME'])\n")
    before = sorted(project.rglob("*"))

    done = run_flowkit(
        "check", cwd=project, AIRFLOW_HOME=str(project / "airflow"), PYTHONDONTWRITEBYTECODE=""
    )

    assert done.returncode == 0
    assert sorted(project.rglob("*")) == before
    # An Airflow that the files import would write there.
    assert not Path(done.stderr.strip()).exists()


def test_airflow_is_not_imported(project: Path) -> None:
    """
    As long as the user's files do not import it.
    """
    _write(project, "bad.py", TWO_BROKEN)
    code = (
        "import sys; from flowkit.cli.main import main; main(['check'])\n"
        "sys.exit(', '.join(name for name in sys.modules if name.split('.')[0] == 'airflow') or 0)"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=project, env=env
    )

    assert (done.stderr, done.returncode) == ("", 0)
    assert "FK101" in done.stdout


def test_the_examples_are_clean() -> None:
    """
    No false alarm over the example pipelines.
    """
    # Airflow's own limit, 30 s, is near where a busy machine imports the operators for the first time.
    done = run_flowkit("check", str(DAGS), cwd=ROOT, AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT="300")

    assert _lines(done)[-1].startswith("No problems: ")
    assert done.returncode == 0


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [_Terminal(), io.StringIO()], ids=["terminal", "pipe"])
def test_long_runs_show_where_they_are(
    project: Path, stream: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    On a terminal only, also while the first file is still loading; the line is gone in the end.
    """
    _write(project, "slow.py", f"{HEAD}import time\ntime.sleep(0.5)\n")
    monkeypatch.setattr(check, "_PROGRESS_DELAY_S", 0.1)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(sys, "__stderr__", stream)
    environment = dict(os.environ)

    assert main(["check", str(project / "dags")]) == 0

    shown = stream.getvalue()
    assert ("Checking 2 of 2: " in shown) == stream.isatty()
    assert shown.endswith("\x1b[2K") == stream.isatty()
    assert dict(os.environ) == environment


def test_short_runs_show_no_progress(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Nor does the line appear after the end.
    """
    stream = _Terminal()
    monkeypatch.setattr(check, "_PROGRESS_DELAY_S", 0.3)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(sys, "__stderr__", stream)

    assert main(["check", str(project / "dags")]) == 0
    time.sleep(0.5)

    assert stream.getvalue() == ""
