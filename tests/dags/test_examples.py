"""
The example pipelines: equal to the DAGs that one would write by hand, the same in every process, and right in
what they do.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import DAGS, ROOT, load_dags, serialized
from warehouse import database, reports, steps

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import DAG

REGIONS = (
    *("BALKANS", "BALTICS", "BENELUX", "BRITISH_ISLES", "DACH", "FRANCE"),
    *("GREECE", "IBERIA", "ITALY", "NORDICS", "POLAND", "TURKEY"),
)
METRICS: tuple[reports.Metric, ...] = ("orders", "customers", "revenue", "average", "largest")
START = datetime(2026, 1, 1)
INGESTION = {
    "dynamic_user_ingestion": ("raw_users", "@hourly", "500m"),
    "dynamic_transaction_processing": ("raw_transactions", "*/15 * * * *", "1000m"),
}


# What one would write without flowkit. Nothing here is shared with the files in dags/ but the functions.


def _task(function: Callable[..., object], **options: Any) -> Any:
    from airflow.sdk import task

    # Airflow's own types say that one cannot give the output of a task to a function that takes a list.
    return task(**options)(function)


def _ingestion_by_hand(dag_id: str, table: str, schedule: str, cpu: str) -> DAG:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.empty import EmptyOperator
    from airflow.sdk import DAG, TaskGroup, chain
    from kubernetes.client import models as k8s

    resources = k8s.V1ResourceRequirements(requests={"cpu": cpu})
    container = k8s.V1Container(name="base", resources=resources)
    pod = k8s.V1Pod(spec=k8s.V1PodSpec(containers=[container]))
    defaults = {"owner": "data-platform", "retries": 3, "executor_config": {"pod_override": pod}}
    tags = ["example", table]
    with DAG(
        dag_id, schedule=schedule, start_date=START, catchup=False, tags=tags, default_args=defaults
    ) as dag:
        start = EmptyOperator(task_id="start")
        with TaskGroup("ingestion_layer", tooltip="Raw in, checked records out") as ingestion:
            fetched = _task(steps.fetch_api)(table)
            valid = _task(steps.validate_json)(table, fetched)
        with TaskGroup("transformation_layer", tooltip="Records in, a table out") as transformation:
            clean = _task(steps.clean_data)(table, valid)
            written = _task(steps.write_table)(table, clean)
        announce = BashOperator(task_id="announce", bash_command=f"echo '{table} holds {written} rows'")
        end = EmptyOperator(task_id="end")
        chain(start, ingestion, transformation, announce, end)

    return dag


def _complex_by_hand() -> DAG:
    from airflow.providers.standard.operators.empty import EmptyOperator
    from airflow.sdk import DAG, TaskGroup, chain

    defaults = {"owner": "data-platform", "retries": 2, "retry_delay": timedelta(minutes=1)}
    with DAG(
        "complex_processing",
        schedule="@daily",
        start_date=START,
        catchup=False,
        tags=["example"],
        default_args=defaults,
    ) as dag:
        start = EmptyOperator(task_id="start")
        with TaskGroup("ingestion_layer", tooltip="What the shop sends") as ingestion:
            fetched = _task(steps.fetch_api, execution_timeout=timedelta(minutes=5))("orders")
            valid = _task(steps.validate_json)("orders", fetched)
        with TaskGroup("transformation_layer", tooltip="What it comes to") as transformation:
            clean = _task(steps.clean_data)("orders", valid)
            # Airflow would unroll the TypedDict into one XCom for each key; flowkit never guesses that.
            _task(steps.calculate_metrics, multiple_outputs=False)(clean)
        end = EmptyOperator(task_id="end")
        chain(start, ingestion, transformation, end)

    return dag


def _report_by_hand(region: str, metric: reports.Metric, minute: int) -> DAG:
    from airflow.sdk import DAG

    from flowkit.airflow.compat import cron_timetable

    with DAG(
        f"report_{region.lower()}_{metric}",
        schedule=cron_timetable(f"{minute} 4 * * *", "Europe/Berlin"),
        start_date=START,
        catchup=False,
        tags=["example", "report"],
        default_args={"owner": "reporting", "retries": 1},
    ) as dag:
        orders = _task(reports.orders_of)(region)
        value = _task(reports.measure)(metric, orders)
        _task(reports.publish)(region, metric, value)

    return dag


BY_HAND: dict[str, Callable[[], DAG]] = {
    "complex_processing": _complex_by_hand,
    **{dag_id: partial(_ingestion_by_hand, dag_id, *facts) for dag_id, facts in INGESTION.items()},
    **{
        f"report_{region.lower()}_{metric}": partial(_report_by_hand, region, metric, minute)
        for minute, (region, metric) in enumerate(product(REGIONS, METRICS))
    },
}


@pytest.fixture(scope="module")
def bag() -> DagBag:
    """
    The folder of examples, as Airflow loads it.
    """
    return load_dags(DAGS)


def _comparable(dag: DAG) -> dict[str, Any]:
    """
    Return what Airflow stores of *dag*, without where it was written.
    """
    stored: dict[str, Any] = serialized(dag)["dag"]
    for location in ("fileloc", "relative_fileloc", "doc_md", "_processor_dags_folder"):
        stored.pop(location, None)

    return stored


def test_airflow_loads_the_folder(bag: DagBag) -> None:
    """
    Every file loads without error or warning, and gives the pipelines that it should.
    """
    assert bag.import_errors == {}
    assert bag.captured_warnings == {}
    assert sorted(bag.dags) == sorted(BY_HAND)
    assert len(bag.dags) == 63


def test_only_the_dag_files_are_loaded(bag: DagBag) -> None:
    """
    Airflow takes the helper modules for what they are.
    """
    files = {Path(stat.file).name for stat in bag.dagbag_stats}
    assert files == {"manifest.py", "complex_processing.py", "regional_reports.py"}


def test_each_dag_names_its_file(bag: DagBag) -> None:
    """
    Airflow shows the author's file as the place of a DAG, and the documentation says where it is defined.
    """
    for dag_id, dag in bag.dags.items():
        name = "regional_reports" if dag_id.startswith("report_") else "manifest"
        name = dag_id if dag_id == "complex_processing" else name
        assert Path(dag.fileloc) == DAGS / f"{name}.py"
        assert f"{name}.py" in (dag.doc_md or "")


@pytest.mark.parametrize("dag_id", sorted(BY_HAND))
def test_equals_the_dag_by_hand(bag: DagBag, dag_id: str) -> None:
    """
    Field by field, Airflow stores the same as of a DAG that was written by hand.
    """
    assert _comparable(bag.dags[dag_id]) == _comparable(BY_HAND[dag_id]())


@pytest.mark.parametrize(("dag_id", "facts"), INGESTION.items())
def test_manifest(bag: DagBag, dag_id: str, facts: tuple[str, str, str]) -> None:
    """
    The pipelines of the manifest have the owner, the retries, the start and the pods that it asks for.
    """
    _, schedule, cpu = facts
    dag = bag.dags[dag_id]
    written: object = dag.schedule
    assert written == schedule
    assert not dag.catchup
    assert dag.start_date is not None
    assert dag.start_date.isoformat() == "2026-01-01T00:00:00+00:00"
    for task in dag.tasks:
        assert (task.owner, task.retries) == ("data-platform", 3)
        assert task.executor_config is not None
        (container,) = task.executor_config["pod_override"].spec.containers
        assert (container.name, container.resources.requests) == ("base", {"cpu": cpu})


def test_complex_processing_runs_in_order(bag: DagBag) -> None:
    """
    The tasks of `complex_processing` follow each other one by one, in and between their groups.
    """
    order = [
        "start",
        "ingestion_layer.fetch_api",
        "ingestion_layer.validate_json",
        "transformation_layer.clean_data",
        "transformation_layer.calculate_metrics",
        "end",
    ]
    dag = bag.dags["complex_processing"]
    assert sorted(dag.task_ids) == sorted(order)
    for task_id, following in zip(order, [*order[1:], None], strict=True):
        assert dag.get_task(task_id).downstream_task_ids == ({following} if following else set())


_DUMP = """
import hashlib, json, sys
from pathlib import Path
from tests.support import load_dags, serialized
bag = load_dags(Path(sys.argv[1]))
assert not bag.import_errors, bag.import_errors
# Sorted by key, as Airflow does before it compares: it collects the fields of a DAG in a set.
texts = {dag_id: json.dumps(serialized(dag), sort_keys=True) for dag_id, dag in bag.dags.items()}
print(json.dumps({dag_id: hashlib.sha256(text.encode()).hexdigest() for dag_id, text in texts.items()}))
"""


def _stored_under(seed: int) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _DUMP, str(DAGS)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONHASHSEED": str(seed),
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(DAGS)]),
        },
    )
    assert done.returncode == 0, done.stderr
    digests: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return digests


@pytest.mark.e2e
def test_same_dags_under_every_hash_seed() -> None:
    """
    Parsing again in another process, with another hash seed, gives the same JSON: no new version of a DAG.
    """
    first, *others = [_stored_under(seed) for seed in range(5)]
    assert len(first) == 63
    assert all(other == first for other in others)


# What the tasks do.


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    An empty warehouse.
    """
    file = tmp_path / "deep" / "example.sqlite"
    monkeypatch.setenv("FLOWKIT_EXAMPLE_DB", str(file))
    return file


def _rows(file: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(file)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def _ingest(table: str) -> int:
    records = steps.validate_json(table, steps.fetch_api(table))
    return steps.write_table(table, steps.clean_data(table, records))


def test_users(warehouse: Path) -> None:
    """
    The good users stand in their table, cleaned, each once; a second run changes nothing.
    """
    for _ in range(2):
        assert _ingest("raw_users") == 5
        assert _rows(warehouse, "SELECT * FROM raw_users ORDER BY user_id") == [
            (1, "Ada Lovelace", "ada@example.org", "GB", "2025-11-03"),
            (2, "Grace Hopper", "grace.hopper@example.org", "US", "2025-11-05"),
            (3, "Katherine Johnson", "katherine@example.org", "US", "2025-11-09"),
            (6, "Sofia Kovalevskaya", "sofia@example.org", "SE", "2025-12-01"),
            (8, "Chien-Shiung Wu", "wu@example.org", "US", "2025-12-08"),
        ]


def test_transactions(warehouse: Path) -> None:
    """
    The good transactions stand in their table, in cents and in UTC.
    """
    for _ in range(2):
        assert _ingest("raw_transactions") == 5
        assert _rows(warehouse, "SELECT * FROM raw_transactions ORDER BY transaction_id") == [
            ("T-1001", 1, 1990, "GBP", "2026-01-01T08:15:00+00:00"),
            ("T-1002", 2, 25000, "USD", "2026-01-01T14:00:00+00:00"),
            ("T-1003", 3, -1250, "USD", "2026-01-01T10:30:00+00:00"),
            ("T-1005", 6, 1, "SEK", "2026-01-01T22:59:59+00:00"),
            ("T-1007", 8, 7525, "USD", "2026-01-02T00:10:00+00:00"),
        ]


def test_metrics(warehouse: Path) -> None:
    """
    The metrics are those of the cleaned orders, and stand in their table.
    """
    orders = steps.clean_data("orders", steps.validate_json("orders", steps.fetch_api("orders")))
    metrics = steps.calculate_metrics(orders)
    assert metrics == {
        "orders": 42,
        "customers": 6,
        "revenue": 351513,
        "largest": 23115,
        "best_region": "NORDICS",
    }
    assert _rows(warehouse, "SELECT value FROM order_metrics WHERE metric = 'revenue'") == [("351513",)]


def test_reports(warehouse: Path) -> None:
    """
    A report writes its one number; the numbers of all regions together are those of all orders.
    """
    for _ in range(2):
        for region in REGIONS:
            orders = reports.orders_of(region)
            for metric in METRICS:
                reports.publish(region, metric, reports.measure(metric, orders))

    assert _rows(warehouse, "SELECT count(*) FROM regional_reports") == [(60,)]
    dach = dict(_rows(warehouse, "SELECT metric, value FROM regional_reports WHERE region = 'DACH'"))
    assert dach == {"orders": 2, "customers": 2, "revenue": 8993, "average": 4496, "largest": 5387}
    assert _rows(warehouse, "SELECT sum(value) FROM regional_reports WHERE metric = 'revenue'") == [(351513,)]


def test_a_report_without_orders() -> None:
    """
    A region without orders has the number 0 in every report.
    """
    assert [reports.measure(metric, []) for metric in METRICS] == [0, 0, 0, 0, 0]


def test_a_source_that_has_changed_is_refused() -> None:
    """
    Mostly bad records are no reason to empty a table.
    """
    with pytest.raises(ValueError, match="only 1 of 3 records for raw_users are good"):
        steps.validate_json("raw_users", [{}, {"user_id": 1}, steps.fetch_api("raw_users")[0]])


def test_no_orders_have_no_metrics() -> None:
    """
    Nothing to calculate from is an error, not a row of zeros.
    """
    with pytest.raises(ValueError, match="there are no orders"):
        steps.calculate_metrics([])


def test_logs_hold_no_values(caplog: pytest.LogCaptureFixture) -> None:
    """
    What is wrong with a record is logged by the name of the field, without what stands in it.
    """
    steps.validate_json("raw_users", steps.fetch_api("raw_users"))
    assert "raw_users: record 3 is left out: email cannot be read" in caplog.messages
    assert "raw_users: record 7 is left out: email is missing" in caplog.messages
    assert "emmy" not in caplog.text


def test_the_database_stands_in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without a word about it, the database is in a folder of the project's own.
    """
    monkeypatch.delenv("FLOWKIT_EXAMPLE_DB")
    assert database.path() == ROOT / ".flowkit" / "example.sqlite"
