"""
`flowkit show`, as a person and as a program calls it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import run_flowkit
from tests.support import ROOT

GOOD = """
from datetime import datetime
from flowkit import Group, Pipeline, cron, each, over, python
from flowkit.airflow.dags import register

def load(table: str, password: str) -> None: ...
def one(n: int) -> None: ...

register(
    Pipeline("sales", schedule=cron("0 5 * * *", timezone="Europe/Berlin"), start_date=datetime(2099, 1, 1))
    .defaults(owner="data", retries=2)
    .task("start")
    .then(Group("layer").task("load", python(load, "orders", "hunter2"), retries=5).task("m", each(one, over([1]))))
    .task("end"),
    Pipeline("other").task("t"),
)
"""
BROKEN = """
from flowkit import Pipeline
from flowkit.airflow.dags import register
register(Pipeline("broken").task("t").task("t"))
"""
DAG_FILES = {"good.py": GOOD, "bad.py": BROKEN}


def test_a_pipeline_is_shown_as_a_tree(project: Path) -> None:
    """
    When it runs, its defaults, and each task with what it runs, waits for, and where it is; plain text in a pipe.
    """
    done = run_flowkit("show", "sales", cwd=project, FORCE_COLOR="")

    head, table = done.stdout.split("\n\n", 1)
    assert head.splitlines() == [
        "sales  4 tasks, 1 group  dags/good.py:10",
        "  Schedule   0 5 * * * (Europe/Berlin)",
        "  Next runs  2099-01-01 05:00 CET",
        "             2099-01-02 05:00 CET",
        "             2099-01-03 05:00 CET",
        "             2099-01-04 05:00 CET",
        "             2099-01-05 05:00 CET",
        "  Settings   start_date=2099-01-01",
        "  Defaults   owner='data', retries=2",
    ]
    rows = [" ".join(line.split()) for line in table.splitlines()]
    assert rows[0] == "Task Runs Waits for Options Defined at"
    assert rows[2:] == [
        "├── start - dags/good.py:12",
        "├── layer dags/good.py:13",
        "│ ├── load python load('orders', ***) start retries=5 dags/good.py:13",
        "│ └── m (mapped) python one(n=over([1])) layer.load dags/good.py:13",
        "└── end - layer.m dags/good.py:14",
    ]
    assert "hunter2" not in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stderr == ""
    assert done.returncode == 0


def test_colours_are_for_terminals_that_want_them(project: Path) -> None:
    """
    NO_COLOR takes them away.
    """
    assert "\x1b[1;36m" in run_flowkit("show", "sales", cwd=project, FORCE_COLOR="1").stdout
    assert "\x1b[1;36m" not in run_flowkit("show", "sales", cwd=project, FORCE_COLOR="1", NO_COLOR="1").stdout


def test_a_misspelt_id_is_wrong_use(project: Path) -> None:
    """
    The nearest one is named, of the broken ones too.
    """
    done = run_flowkit("show", "sails", "dags", cwd=project)

    assert done.stderr == "Error: Unknown pipeline 'sails' in dags. Did you mean 'sales'?\n"
    assert done.returncode == 2
    assert "Did you mean 'broken'?" in run_flowkit("show", "borken", cwd=project).stderr


def test_a_broken_pipeline_shows_its_problems(project: Path) -> None:
    """
    As `flowkit check` prints them.
    """
    done = run_flowkit("show", "broken", cwd=project)

    assert done.stdout.startswith("dags/bad.py:4: FK101 Duplicate task id 't' in the pipeline")
    assert done.stdout.splitlines()[1] == "    Give one of them another id."
    assert done.returncode == 1
    checked = [sys.executable, "-m", "flowkit", "check", "dags/bad.py"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    found = subprocess.run(checked, capture_output=True, text=True, check=False, cwd=project, env=env)
    assert found.stdout.startswith(done.stdout)


def test_a_file_that_fails_is_named_when_the_pipeline_is_not_found(project: Path) -> None:
    """
    It may be in there.
    """
    (project / "dags" / "worse.py").write_text("import no_such  # airflow dag flowkit", encoding="utf-8")
    done = run_flowkit("show", "sails", cwd=project)

    assert "Error: dags/worse.py cannot be loaded:" in done.stderr
    assert done.returncode == 2
    assert run_flowkit("show", "sales", cwd=project).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Missing DAG_ID."),
        (("--all",), "--all needs --format json"),
        (("sales", "no/such"), "No such file or folder"),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], message: str, project: Path) -> None:
    """
    With what to do.
    """
    done = run_flowkit("show", *arguments, cwd=project)

    assert message in done.stderr
    assert done.returncode == 2


def test_pictures_are_printed(project: Path) -> None:
    """
    For Mermaid and for Graphviz.
    """
    assert run_flowkit("show", "sales", "--format", "mermaid", cwd=project).stdout == (
        'flowchart LR\n    t0["start"]\n    subgraph g1["layer"]\n        t2["load"]\n        t3[["m #91; #93;"]]\n'
        '    end\n    t4["end"]\n    t2 --> t3\n    t0 --> g1\n    g1 --> t4\n'
    )
    assert run_flowkit("show", "sales", "--format", "dot", cwd=project).stdout.startswith(
        'digraph "sales" {\n'
    )


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_an_svg_is_drawn_by_graphviz(project: Path) -> None:
    """
    Nothing but the picture is printed.
    """
    done = run_flowkit("show", "sales", "--format", "svg", cwd=project)

    assert done.stdout.startswith("<?xml")
    assert done.stdout.rstrip().endswith("</svg>")
    assert done.returncode == 0


def test_without_graphviz_the_cure_is_told(project: Path) -> None:
    """
    And another format, for which nothing is needed.
    """
    done = run_flowkit("show", "sales", "--format", "svg", cwd=project, PATH=str(project))

    assert "whose program `dot` is not installed" in done.stderr
    assert "--format mermaid" in done.stderr
    assert done.returncode == 2


def test_json_is_a_plan(project: Path) -> None:
    """
    Of one pipeline, with its next runs, or of all.
    """
    one = json.loads(run_flowkit("show", "sales", "--format", "json", cwd=project).stdout)
    done = run_flowkit("show", "--all", "--format", "json", cwd=project)

    assert one["next_runs"]["sales"][0] == "2099-01-01T05:00:00+01:00"
    assert [*one["pipelines"]] == ["sales"]
    every = json.loads(done.stdout)
    assert every["pipelines"]["sales"] == one["pipelines"]["sales"]
    assert [*every["pipelines"]] == ["sales", "other"]
    assert "FK101" in done.stderr
    assert done.returncode == 1


def test_airflow_is_not_imported(project: Path) -> None:
    """
    As long as the user's files do not import it: that is what makes the command quick.
    """
    code = (
        "import sys; from flowkit.cli.main import main; main(['show', 'sales'])\n"
        "sys.exit(', '.join(name for name in sys.modules if name.split('.')[0] == 'airflow') or 0)"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=project, env=env
    )

    assert done.stderr == ""
    assert done.returncode == 0


def test_what_is_imported_lazily_stays_so(project: Path) -> None:
    """
    An operator is known by its name; to show it is no reason to import it.
    """
    text = (
        "from flowkit import Pipeline, lazy_imports, operator\nfrom flowkit.airflow.dags import register\n"
        "with lazy_imports():\n    from airflow.providers.standard.operators.bash import BashOperator\n"
        'register(Pipeline("lazy").task("t", operator(BashOperator, bash_command="true")))\n'
    )
    (project / "dags" / "lazy.py").write_text(text, encoding="utf-8")
    code = (
        "import sys; from flowkit.cli.main import main; code = main(['show', 'lazy'])\n"
        "sys.exit(code or ', '.join(name for name in sys.modules if name.startswith('airflow.providers')) or 0)"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=project, env=env
    )

    assert "operator BashOperator(bash_command='true')" in done.stdout
    assert done.stderr == ""
    assert done.returncode == 0
