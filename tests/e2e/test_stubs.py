"""
Stubs in real type checkers and language servers, in a project made by `flowkit init`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

import pytest

from tests.cli.commands import run_flowkit
from tests.e2e.language_server import LanguageServer

Checker: TypeAlias = Literal["pyright", "basedpyright", "ty", "pyrefly"]

_BIN = Path(sys.executable).parent
_SERVERS: Final = ("pyright", "basedpyright")

IMPORTS = """\
from datetime import timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.latest_only import LatestOnlyOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.standard.sensors.filesystem import FileSensor

from flowkit import operator, over, task
"""

WRONG = f"""{IMPORTS}
operator(FileSensor, filepath="a", poke_intervall=3)  # wrong
operator(FileSensor, filepath="a", poke_interval="3")  # wrong
operator(FileSensor, filepath="a", mode="pke")  # wrong
operator(FileSensor, filepath="a", timeout="10m")  # wrong
operator(FileSensor, filepath="a", max_wait=over(["10m"]))  # wrong
operator(FileSensor, filepath="a", retries=3)  # wrong
operator(FileSensor, filepath="a", task_id="a")  # wrong
operator(FileSensor, poke_interval=3)  # wrong
operator(EmptyOperator, poke_interval=3)  # wrong
operator(LatestOnlyOperator, task_id="a")  # wrong
operator(BashOperator, bash_command=3)  # wrong
operator(BashOperator, bash_comand="make")  # wrong
operator(TriggerDagRunOperator, trigger_dag_id="a", conf="b", dept=3)  # wrong
"""

RIGHT = f"""{IMPORTS}
wait = task("wait", operator(FileSensor, filepath="a", poke_interval=3), retries=3)
longer = operator(FileSensor, filepath="a", poke_interval=timedelta(minutes=1), mode="reschedule")
mapped = operator(FileSensor, filepath=over(["a"]), timeout=over([1.5, 3]), soft_fail=True)
empty = task("empty", operator(EmptyOperator))
latest = task("latest", operator(LatestOnlyOperator))
bash = operator(BashOperator, bash_command="make", env={{"A": "b"}}, append_env=True)
trigger = operator(TriggerDagRunOperator, trigger_dag_id="a", conf={{"b": 1}}, wait_for_completion=True)
"""

BY_HAND = """\
from typing import Any

import airflow
from airflow import DAG
from airflow.providers.standard.operators import bash
from airflow.providers.standard.operators.python import PythonOperator, get_current_context
from airflow.providers.standard.sensors.date_time import DateTimeSensor
from airflow.providers.standard.sensors.python import PythonSensor

from flowkit import operator

version: str = airflow.__version__


class Mine(DateTimeSensor):
    def __init__(self, *, table: str, **kwargs: Any) -> None:
        super().__init__(target_time="{{ ds }}", retries=3, **kwargs)
        self.table = table

    def poke(self, context: Any) -> bool:
        return bool(self.target_time) and super().poke(context)


mine = operator(Mine, table="orders")

with DAG("by_hand", schedule=None):
    first = PythonOperator(task_id="first", python_callable=get_current_context, retries=3, pool="small")
    sensor = PythonSensor(task_id="sensor", python_callable=bool, poke_interval=3, mode="reschedule")
    last = bash.BashOperator.partial(task_id="last", retries=3).expand(bash_command=["make"])
    first >> sensor >> last
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A project with pipelines, hand-written DAGs and stubs.
    """
    folder = tmp_path_factory.mktemp("project") / "shop"
    folder.mkdir()
    assert run_flowkit("init", cwd=folder).returncode == 0
    for name, text in {"wrong": WRONG, "right": RIGHT, "by_hand": BY_HAND}.items():
        (folder / "dags" / f"{name}_uses.py").write_text(text, encoding="utf-8")
    done = run_flowkit("stubs", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


@pytest.mark.e2e
@pytest.mark.parametrize("checker", get_args(Checker))
def test_type_checkers(project: Path, checker: Checker) -> None:
    """They refuse each wrong line, and nothing else in the whole project."""
    wrong = {
        ("wrong_uses.py", number)
        for number, line in enumerate(WRONG.splitlines(), 1)
        if line.endswith("# wrong")
    }

    assert _errors(project, checker) == wrong


def _errors(project: Path, checker: Checker) -> set[tuple[str, int]]:
    if not (_BIN / checker).exists():
        pytest.skip(f"{checker} is not installed")
    python = sys.executable
    if checker in {"pyright", "basedpyright"}:
        output = json.loads(_run(project, checker, "--outputjson", "--pythonpath", python))
        return {
            # The settings of the project also report unused imports, and lines without an effect.
            (Path(one["file"]).name, one["range"]["start"]["line"] + 1)
            for one in output["generalDiagnostics"]
            if one["severity"] == "error" and not one.get("rule", "").startswith("reportUnused")
        }
    if checker == "ty":
        lines = _run(project, checker, "check", "--python", python, "--output-format", "concise", "dags")
        found = re.findall(r"^(\S+?):(\d+):\d+: error", lines, re.MULTILINE)
    else:
        options = ("--python-interpreter-path", python, "--output-format", "min-text")
        lines = _run(project, checker, "check", *options)
        found = re.findall(r"^ERROR (\S+?):(\d+):", lines, re.MULTILINE)
    return {(Path(file).name, int(number)) for file, number in found}


def _run(project: Path, *command: str) -> str:
    done = subprocess.run(
        [str(_BIN / command[0]), *command[1:]],
        capture_output=True,
        text=True,
        check=False,
        cwd=project,
        env={**os.environ, "PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}"},
        timeout=300,
    )
    assert done.stdout, done.stderr
    return done.stdout


@pytest.fixture(params=_SERVERS)
def server(project: Path, request: pytest.FixtureRequest) -> Iterator[LanguageServer]:
    program = _BIN / f"{request.param}-langserver"
    if not program.exists():
        pytest.skip(f"{request.param} is not installed")
    started = LanguageServer([str(program), "--stdio"], project, {"pythonPath": sys.executable})
    yield started
    started.close()


@pytest.mark.e2e
def test_language_servers(server: LanguageServer) -> None:
    """They complete inherited arguments, show their types, and the documentation of all of them."""
    head = IMPORTS.splitlines()
    server.open("dags/edited.py", "\n".join([*head, "operator(FileSensor, )", "operator(FileSensor, po"]))

    hover = server.ask("hover", len(head), len("operator(File"))["contents"]["value"]
    assert "Time that the job should wait in between each try" in hover

    (signature,) = server.ask("signatureHelp", len(head), len("operator(FileSensor, "))["signatures"]
    assert "poke_interval: timedelta | float = 60" in signature["label"]
    assert "retries" not in signature["label"]

    answer: Any = server.ask("completion", len(head) + 1, len("operator(FileSensor, po"))
    items = answer["items"] if isinstance(answer, dict) else answer
    assert "poke_interval=" in {item["label"] for item in items}


@pytest.mark.e2e
def test_the_pipelines_are_valid(project: Path) -> None:
    """flowkit's own checks agree."""
    right = run_flowkit("check", "dags/right_uses.py", cwd=project)

    assert right.returncode == 0, right.stdout
