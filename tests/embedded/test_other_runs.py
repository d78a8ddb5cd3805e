"""
`flowkit run` of pipelines that cause runs of others: real runs on a real Airflow.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.commands import run_flowkit

pytestmark = pytest.mark.e2e

FIRST = '''
"""Airflow DAGs of the tests."""

from datetime import timedelta
from typing import Annotated, Literal

import attrs
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.standard.sensors.time_delta import TimeDeltaSensor
from airflow.sdk import Asset

from flowkit import Form, Pipeline, context, operator, over, params, python
from flowkit.airflow.dags import register


@attrs.frozen
class Choice:
    region: Literal["EU", "US"]
    number: Annotated[int, Form(minimum=1)] = 3


def child() -> None:
    print("conf:", context()["dag_run"].conf)


def show(region: str, number: int) -> None:
    print("params:", region, number + 1, context()["logical_date"])


def nothing() -> None: ...


def trigger(dag_id: str, **more: object) -> object:
    return operator(TriggerDagRunOperator, trigger_dag_id=dag_id, **more)


choice = params(Choice)
conf = over([{"a": 1}, {"a": 2}])
register(
    Pipeline("child").task("child", python(child)),
    Pipeline("waits").task("fire", trigger("child", wait_for_completion=True, conf={"x": 1})).task("end"),
    Pipeline("defers")
    .task("fire", trigger("child", wait_for_completion=True, deferrable=True))
    .task("pause", operator(TimeDeltaSensor, delta=timedelta(seconds=1), deferrable=True)),
    Pipeline("mapped").task("fire", operator(TriggerDagRunOperator, trigger_dag_id="child", conf=conf)),
    Pipeline("elsewhere").task("fire", trigger("fails")).task("end"),
    Pipeline("ring").task("fire", trigger("ring", wait_for_completion=True)),
    Pipeline("nowhere").task("fire", trigger("chidl")),
    Pipeline("typed", params=Choice).task("show", python(show, choice.region, choice.number)),
    Pipeline("updates").task("update", python(nothing), outlets=[Asset("orders")]),
)
'''

SECOND = '''
"""Airflow DAGs of the tests."""

from airflow.sdk import Asset

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fail() -> None:
    raise ValueError("no luck")


def nothing() -> None: ...


register(
    Pipeline("fails").task("fail", python(fail)),
    Pipeline("reads_orders", schedule=[Asset("orders")]).task("sum", python(nothing), outlets=[Asset("sums")]),
    Pipeline("reads_sums", schedule=[Asset("sums")]).task("show", python(nothing), outlets=[Asset("orders")]),
    Pipeline("reads_both", schedule=(Asset("orders") & Asset("never"))).task("show"),
)
'''


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A project whose pipelines trigger each other. All tests share it, and with it one Airflow.
    """
    root = tmp_path_factory.mktemp("project")
    (root / "pyproject.toml").touch()
    (root / "home").mkdir()
    (root / "dags").mkdir()
    (root / "dags" / "first.py").write_text(FIRST, encoding="utf-8")
    (root / "dags" / "second.py").write_text(SECOND, encoding="utf-8")
    return root


def _run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_flowkit("run", *arguments, cwd=project, FORCE_COLOR="")


@pytest.mark.parametrize("dag_id", ["waits", "defers"])
def test_a_task_waits_for_the_run_that_it_triggers(project: Path, dag_id: str) -> None:
    """
    Nothing but flowkit would start that run; the task would wait for ever.
    """
    done = _run(project, dag_id)

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Running child, because of {dag_id}" in done.stdout
    assert "child success" in done.stdout
    assert f"{dag_id} succeeded" in done.stdout


def test_each_instance_of_a_mapped_trigger_has_its_run(project: Path) -> None:
    """
    With its own configuration; `--logs` shows what the tasks print.
    """
    done = _run(project, "mapped", "--logs")

    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(line for line in done.stdout.splitlines() if line.startswith("conf:")) == [
        "conf: {'a': 1}",
        "conf: {'a': 2}",
    ]
    assert "Log: .flowkit" in done.stdout


def test_a_triggered_run_of_another_file_fails(project: Path) -> None:
    """
    The exit code says so although the pipeline itself succeeded.
    """
    done = _run(project, "elsewhere")

    assert done.returncode == 1, done.stdout + done.stderr
    assert "ValueError: no luck" in done.stdout
    assert "elsewhere succeeded" in done.stdout
    assert "but a run that it caused did not: fails." in done.stdout


def test_a_ring_ends(project: Path) -> None:
    """
    A pipeline that triggers itself and waits for it.
    """
    done = _run(project, "ring", "--timeout", "100")

    assert done.returncode == 1
    assert "ring is not run again: it caused this run itself (ring → ring)" in done.stdout
    assert "ring failed" in done.stdout


def test_a_pipeline_that_does_not_exist_is_triggered(project: Path) -> None:
    """
    Airflow's own message names the id, too, at the end of a long traceback.
    """
    done = _run(project, "nowhere")

    assert done.returncode == 1
    assert "chidl is triggered, but the project has no such pipeline" in done.stdout


def test_params_and_the_date_reach_the_run(project: Path) -> None:
    """
    A param is typed, a plain date is one in UTC.
    """
    done = _run(
        project, "typed", "--param", "region=US", "--conf", '{"number": 7}', "--date", "2026-01-31", "--logs"
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "params: US 8 2026-01-31 00:00:00+00:00" in done.stdout


def test_wrong_params_start_no_airflow(project: Path) -> None:
    """
    All are reported at once.
    """
    done = _run(project, "typed", "--param", "number=0", "--param", "regoin=EU")

    assert done.returncode == 2
    assert "typed has no param 'regoin'. Did you mean 'region'?" in done.stderr
    assert "The param 'number' does not match its schema: minimum: 1." in done.stderr
    assert "typed needs a value for 'region'. Pass --param region=…." in done.stderr
    assert "Airflow" not in done.stdout


def test_assets_start_the_pipelines_that_wait_for_them(project: Path) -> None:
    """
    And those that wait for the assets of these; nobody runs twice, and nobody who waits for more.
    """
    done = _run(project, "updates", "--follow")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "reads_orders success" in done.stdout
    assert "reads_sums success" in done.stdout
    assert "reads_orders is not run again" in done.stdout
    assert "reads_both" not in done.stdout


def test_without_follow_no_other_pipeline_runs(project: Path) -> None:
    """
    Assets alone do not make a run longer than people expect.
    """
    done = _run(project, "updates")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "reads_orders" not in done.stdout
