"""
`flowkit list`, as a person calls it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from flowkit import cron
from flowkit.cli.list import schedule_text
from tests.cli.commands import run_flowkit
from tests.support import ROOT

GOOD = """
from datetime import timedelta
from flowkit import Group, Pipeline, cron
from flowkit.airflow.dags import register

base = Pipeline("first", schedule=cron("0 5 * * *", timezone="Europe/Berlin")).defaults(owner="data")
register(base.then(Group("layer").task("a").task("b")).task("c", owner="other"), Pipeline("second").task("t"))
"""
BROKEN = """
from flowkit import Pipeline
from flowkit.airflow.dags import register

register(Pipeline("broken").task("t").task("t"), Pipeline("third", schedule="@daily").task("t"))
"""
DAG_FILES = {"good.py": GOOD}


def test_pipelines_are_listed(project: Path) -> None:
    """
    Id, schedule, groups, number of tasks, owners and the place of each; plain text when it goes into a pipe.
    """
    done = run_flowkit("list", cwd=project, FORCE_COLOR="")

    header, _, first, second = (line.split() for line in done.stdout.splitlines())
    assert header == ["DAG", "id", "Schedule", "Groups", "Tasks", "Owner", "Defined", "at"]
    assert first == [
        "first",
        "0",
        "5",
        "*",
        "*",
        "*",
        "(Europe/Berlin)",
        "layer",
        "3",
        "data,",
        "other",
        "dags/good.py:6",
    ]
    assert second == ["second", "-", "-", "1", "airflow", "dags/good.py:7"]
    assert "\x1b" not in done.stdout
    assert done.stderr == ""
    assert done.returncode == 0


def test_what_is_broken_stands_below(project: Path) -> None:
    """
    The good ones are listed all the same, and the exit code says that something is wrong.
    """
    (project / "dags" / "bad.py").write_text(BROKEN, encoding="utf-8")
    (project / "dags" / "worse.py").write_text(
        "import no_such_module  # airflow dag flowkit", encoding="utf-8"
    )

    done = run_flowkit("list", cwd=project)

    table, problems = done.stdout.split("\n\n", 1)
    assert [line.split()[0] for line in table.splitlines()[2:]] == ["third", "first", "second"]
    assert problems.startswith("Pipeline 'broken' has 1 problem:\n  dags/bad.py:5: FK101 ")
    assert "dags/worse.py cannot be loaded:\n" in problems
    assert problems.endswith("ModuleNotFoundError: No module named 'no_such_module'\n")
    assert done.returncode == 1


def test_an_id_in_two_files_is_reported(project: Path) -> None:
    """
    Airflow would keep one of them, and nobody knows which.
    """
    (project / "dags" / "more.py").write_text(GOOD, encoding="utf-8")

    done = run_flowkit("list", cwd=project)

    assert (
        "The DAG id 'second' is used by 2 pipelines, of which Airflow keeps only one: dags/good.py:7, dags/more.py:7. "
        "Rename all but one."
    ) in done.stdout
    assert done.returncode == 1


def test_the_path_can_be_given(project: Path) -> None:
    """
    A file or a folder, from wherever the command is called.
    """
    (project / "elsewhere").mkdir()

    assert "second" in run_flowkit("list", "../dags/good.py", cwd=project / "elsewhere").stdout
    assert "second" in run_flowkit("list", str(project / "dags"), cwd=project / "elsewhere").stdout
    assert run_flowkit("list", cwd=project / "elsewhere").stdout == "No pipelines in the current directory.\n"


def test_a_path_that_does_not_exist_is_wrong_use(project: Path) -> None:
    """
    Nothing to list is one thing, a mistyped path another.
    """
    done = run_flowkit("list", "dag", cwd=project)

    assert done.stderr.startswith("Error: No such file or folder: ")
    assert "Did you mean" in done.stderr
    assert done.returncode == 2


def test_an_inherited_parsing_context_is_dropped(project: Path) -> None:
    """
    Within a task of Airflow all pipelines are listed as well: the user's file does not see the context either.
    """
    text = GOOD + "import os\nassert not [n for n in os.environ if 'PARSING_CONTEXT' in n]\n"
    (project / "dags" / "good.py").write_text(text, encoding="utf-8")

    done = run_flowkit(
        "list", cwd=project, _AIRFLOW_PARSING_CONTEXT_DAG_ID="second", _AIRFLOW_PARSING_CONTEXT_TASK_ID="t"
    )

    assert done.returncode == 0
    assert "first" in done.stdout


def test_airflow_is_not_imported(project: Path) -> None:
    """
    As long as the user's files do not import it: that is what makes the command quick.
    """
    code = (
        "import sys; from flowkit.cli.main import main; main(['list'])\n"
        "sys.exit(', '.join(name for name in sys.modules if name.split('.')[0] == 'airflow') or 0)"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=project, env=env
    )

    assert done.stderr == ""
    assert done.returncode == 0
    assert "second" in done.stdout


class _Timetable:
    def serialize(self) -> dict[str, str]:
        return {}


class _Asset:
    def __init__(self, name: str) -> None:
        self.name = name


@pytest.mark.parametrize(
    ("schedule", "text"),
    [
        (None, "-"),
        ("@daily", "@daily"),
        (cron("*/5 * * * *"), "*/5 * * * *"),
        (cron("0 5 * * *", timezone="Europe/Berlin"), "0 5 * * * (Europe/Berlin)"),
        (timedelta(hours=2), "every 2:00:00"),
        (_Timetable(), "_Timetable"),
        (_Asset("orders"), "orders"),
        ([_Asset("orders"), _Asset("users")], "orders, users"),
        ([_Asset(str(number)) for number in range(5)], "0, 1, 2 +2"),
    ],
)
def test_each_kind_of_schedule_has_a_text(schedule: object, text: str) -> None:
    """
    Short enough for a column.
    """
    assert schedule_text(schedule) == text
