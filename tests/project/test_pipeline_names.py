"""
Tests of `flowkit.project.pipeline_names`, and of the names that are misspellings.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from flowkit.base.suggestions import misspelling
from flowkit.project.checking import check_files

HEAD = """
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.standard.sensors.external_task import ExternalTaskSensor
from airflow.sdk import Asset
from flowkit import Pipeline, operator, over, python
from flowkit.airflow.dags import register


def trigger(name):
    return operator(TriggerDagRunOperator, trigger_dag_id=name)


def wait(**kwargs):
    return operator(ExternalTaskSensor, **kwargs)


def ok() -> bool:
    return True


"""


def told(folder: Path, *files: str, only: str | None = None) -> list[str]:
    """Write files, check them or one of them, and return what is said about names."""
    dags = folder / "dags"
    dags.mkdir()
    for number, code in enumerate(files):
        (dags / f"f{number}.py").write_text(f"{HEAD}register({code})\n", encoding="utf-8")
    path = dags / only if only else dags
    findings = check_files([path], lambda *_: None, dags=dags)
    assert all(problem.is_warning for problem in findings.problems)
    # How long importing Airflow takes does not matter here.
    return [f"{problem.code} {problem.message}" for problem in findings.problems if problem.code >= "FK520"]


CHILD = "Pipeline('load_sales').group('g').task('fetch').end()"


@pytest.mark.parametrize("name", ["laod_sales", "load-sales", "load_sale", "Load_Sales"])
def test_a_misspelt_pipeline(tmp_path: Path, name: str) -> None:
    """Triggers and sensors, in the same file or another one."""
    assert told(tmp_path, CHILD, f"Pipeline('p').task('t', trigger({name!r}))") == [
        f"FK521 TriggerDagRunOperator of task 't': trigger_dag_id names the pipeline {name!r}, which is not in this "
        "project, while 'load_sales' is."
    ]


@pytest.mark.parametrize(
    "name", ["load_sales", "other_team", "load_costs", "{{ params.name }}", "load_sales_v2"]
)
def test_other_names(tmp_path: Path, name: str) -> None:
    """DAGs elsewhere are possible, and templates are known at run time only."""
    assert told(tmp_path, CHILD, f"Pipeline('p').task('t', trigger({name!r}))") == []


def test_only_complete_projects_are_judged(tmp_path: Path) -> None:
    """The pipeline may be in a file that was not checked, or not loaded."""
    pair = f"{CHILD}, Pipeline('p').task('t', trigger('load_sale'))"
    assert told(tmp_path, pair, "Pipeline('load_sale').task('a')", only="f0.py") == []


def test_tasks_of_another_pipeline(tmp_path: Path) -> None:
    """A pipeline of the project is known for certain; the id of a group belongs to that of the task."""
    sensor = "Pipeline('p').task('w', wait(external_dag_id='load_sales', {}))"
    assert told(tmp_path, CHILD, sensor.format("external_task_id='fetch'")) == [
        "FK521 ExternalTaskSensor of task 'w': external_task_id names 'fetch', which the pipeline 'load_sales' does "
        "not have."
    ]
    for number, valid in enumerate(("external_task_ids=['g.fetch']", "external_task_group_id='g'")):
        (tmp_path / str(number)).mkdir()
        assert told(tmp_path / str(number), CHILD, sensor.format(valid)) == []


def test_rings(tmp_path: Path) -> None:
    """By triggers, mapped ones and assets; not where a short circuit may end the ring."""
    assert told(
        tmp_path,
        "Pipeline('a').task('t', trigger('b')), Pipeline('b').task('t', trigger(over(['a', 'z'])))",
        "Pipeline('self').task('t', trigger('self'))",
        "Pipeline('ends').task('ok', python(ok).by('short_circuit')).task('t', trigger('ends'))",
        "Pipeline('x', schedule=Asset('one')).task('t', outlets=[Asset('two')]), "
        "Pipeline('y', schedule=[Asset('two')]).task('t', outlets=Asset('one'))",
        "Pipeline('waits', schedule=[Asset('both'), Asset('other')]).task('t', outlets=[Asset('both')])",
    ) == [
        "FK522 Pipelines start each other in a ring, which never stops: a → b → a.",
        "FK522 The pipeline 'self' starts itself in each of its runs, so it never stops.",
        "FK522 Pipelines start each other in a ring, which never stops: x → y → x.",
    ]


@pytest.mark.parametrize(
    ("name", "known", "match"),
    [
        ("ordesr", "orders", "orders"),
        ("order_daily", "orders_daily", "orders_daily"),
        ("customer_dimesnsion", "customer_dimension", "customer_dimension"),
        ("orders_daily", "ordersdaily", "ordersdaily"),
        ("sales_de", "sales_fr", None),
        ("load_v1", "load_v2", None),
        ("part_2024a", "part_2025a", None),
        ("cat", "car", None),
        ("orders", "orders_daily", None),
        ("load_orders", "send_orders", None),
    ],
)
def test_misspellings(name: str, known: str, match: str | None) -> None:
    """Names of a family are different names."""
    assert misspelling(name, [known]) == match


def test_tasks_that_a_native_function_makes(tmp_path: Path) -> None:
    """Their ids are known only to Airflow: any may be there."""
    made = "__import__('flowkit').native(print)"
    sensor = "Pipeline('p').task('w', wait(external_dag_id='load_sales', external_task_id='dbt.orders.run'))"
    assert told(tmp_path, f"Pipeline('load_sales').task('dbt', {made})", sensor) == []
