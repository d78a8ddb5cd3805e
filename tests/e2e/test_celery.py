"""
On Celery: PostgreSQL, Redis, and two workers on queues of their own. One of them is killed, and the broker too.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import pytest

from tests.e2e.airflow_server import AirflowServer, StartAirflow
from tests.e2e.servers import Server, missing, postgres, redis
from tests.support import DAGS

pytestmark = pytest.mark.e2e

LACKS = missing(
    programs=("initdb", "postgres", "createdb", "pg_isready", "redis-server", "redis-cli"),
    modules=("airflow.providers.celery", "redis", "psycopg2", "asyncpg"),
)
if LACKS and not os.environ.get("CI"):
    pytest.skip(f"not installed: {', '.join(LACKS)}", allow_module_level=True)

WORKERS = {"worker-red": "red,default", "worker-blue": "blue,default"}
"""The queues of each. Whoever is free takes a task of the queue `default`."""

VISIBLE = 30
"""Seconds after which Redis gives a message to another worker, if the first one has not answered for it; a day by
default."""

CONCURRENCY = 2
"""How many tasks a worker runs at once."""

PIPELINES = """
import os, time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from flowkit import Pipeline, each, over, python, task
from flowkit.airflow.dags import register
from warehouse import database

MARKS = Path(os.environ["MARKS"])
HALVES = (range(50), range(50, 100))
COLUMNS = {"key": "INTEGER", "value": "TEXT"}


def begin(name: str) -> None:
    # All processes of a worker are of its session.
    with (MARKS / f"{name}.begun").open("a") as marks:
        marks.write(f"{os.getsid(0)}\\n")


def wait(name: str) -> None:
    deadline = time.monotonic() + 120
    while not (MARKS / name).exists():
        if time.monotonic() > deadline:
            raise TimeoutError(name)
        time.sleep(0.25)


def work(name: str) -> None:
    begin(name)


def hold(name: str, number: int) -> int:
    begin(name)
    wait(name)
    return number


def write(name: str) -> None:
    begin(name)
    for half in HALVES:
        for key in half:
            database.upsert(name, COLUMNS, [key, f"value {key}"], key_columns=1)
        begin(f"{name}_half")
        wait(name)


def total(name: str, numbers: Sequence[int]) -> None:
    begin(f"{name}_total_{sum(numbers)}")


def held(name: str, tasks: int, **options: object) -> Pipeline:
    numbers = task("hold", each(hold, name, over(list(range(tasks)))), **options)
    return Pipeline(name).then(numbers).task("total", python(total, name, numbers.output))


register(
    [
        Pipeline("routed")
        .task("red", python(work, "red"), queue="red")
        .task("blue", python(work, "blue"), queue="blue"),
        held("pooled", 4, pool="narrow"),
        held("spread", 4),
        held("restarted", 8),
        Pipeline("beside").task("work", python(work, "beside")),
        Pipeline("killed")
        .task("write", python(write, "killed"), retries=2, retry_delay=timedelta(seconds=1))
        .task("after", python(work, "killed_after")),
    ]
)
"""


@attrs.frozen
class Cluster:
    """
    An Airflow with workers, and what it stands on.
    """

    airflow: AirflowServer
    broker: Server
    folder: Path

    def sessions(self, name: str) -> list[int]:
        """
        Return the session of each task that has begun under this name: its worker's.
        """
        file = self.folder / f"{name}.begun"
        return [int(session) for session in file.read_text().split()] if file.exists() else []

    def begun(self, name: str) -> list[str]:
        """
        Return the worker of each task that has begun under this name.
        """
        workers = {pid: worker for worker, pid in self.airflow.pids.items()}
        return [workers.get(session, "another") for session in self.sessions(name)]

    def wait_for_begun(self, name: str, tasks: int) -> list[str]:
        """
        Wait until so many tasks have begun, and return their workers.
        """
        return self.airflow.wait_for(
            lambda: found if len(found := self.begun(name)) >= tasks else None,
            f"begin of {name}",
            90,
            pause=0.5,
        )

    def release(self, name: str) -> None:
        """
        Let the tasks that wait under this name go on, and those that come.
        """
        (self.folder / name).touch()

    def wait_for_worker(self, worker: str) -> None:
        """
        Wait until a worker answers Celery.
        """
        from celery import Celery  # type: ignore[import-untyped]

        with Celery(broker=self.broker.url) as app:
            at = [f"celery@{worker}"]
            self.airflow.wait_for(lambda: app.control.ping(at, timeout=1), worker, 90, pause=0.5)

    def unanswered(self) -> list[float]:
        """
        Return the messages that workers have taken and not yet answered for: seconds since they were taken.
        """
        from redis import Redis

        with Redis(port=self.broker.port) as broker:
            taken: Any = broker.zrange("unacked_index", 0, -1, withscores=True)
            return [time.time() - since for _, since in taken]

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """
        Return what a table of the warehouse holds.
        """
        with closing(sqlite3.connect(self.folder / "warehouse.sqlite")) as connection:
            return connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()  # noqa: S608


@pytest.fixture(scope="module")
def cluster(start_airflow: StartAirflow, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """
    An Airflow on PostgreSQL and Redis, with two workers; the example pipelines and those above are live.
    """
    folder = tmp_path_factory.mktemp("celery")
    local = "airflow.dag_processing.bundles.local.LocalDagBundle"
    examples = {"name": "examples", "classpath": local, "kwargs": {"path": str(DAGS)}}
    own = {"name": "own", "classpath": local, "kwargs": {"path": str(folder / "dags")}}
    (folder / "dags").mkdir()
    (folder / "dags" / "pipelines.py").write_text(PIPELINES)
    with postgres(folder) as database, redis(folder) as broker:
        airflow = start_airflow(
            executor="CeleryExecutor",
            connection=database.url,
            logs=(database.log, broker.log),
            components=("scheduler", "dag-processor", "api-server", *WORKERS),
            commands={
                worker: (
                    "celery",
                    "worker",
                    "--celery-hostname",
                    worker,
                    "--queues",
                    queues,
                    "--skip-serve-logs",
                )
                for worker, queues in WORKERS.items()
            },
            settings={
                "FLOWKIT_EXAMPLE_DB": str(folder / "warehouse.sqlite"),
                "MARKS": str(folder),
                "PYTHONPATH": os.pathsep.join([str(DAGS.parent), str(DAGS)]),
                "AIRFLOW__CELERY__BROKER_URL": broker.url,
                "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{database.url}",
                "AIRFLOW__CELERY__WORKER_CONCURRENCY": str(CONCURRENCY),
                "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT": str(VISIBLE),
                "AIRFLOW__CORE__PARALLELISM": "16",
                "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps([examples, own]),
                # A worker that is gone is missed after 15 seconds, not after five minutes.
                "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "15",
                "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "2",
                "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "2",
            },
        )
        cluster = Cluster(airflow, broker, folder)
        try:
            for worker in WORKERS:
                cluster.wait_for_worker(worker)
            both = {"killed", "complex_processing"}
            airflow.wait_for(
                lambda: both <= set(airflow.dags()) or airflow.import_errors(), "the DAGs", 120, pause=0.5
            )
            assert airflow.import_errors() == {}
            yield cluster
        finally:
            # Before its database, and what it runs on.
            airflow.stop()


def test_tasks_run_where_their_queue_is(cluster: Cluster) -> None:
    """
    One on each of the two workers.
    """
    run = cluster.airflow.trigger("routed")
    assert cluster.airflow.wait_for_run("routed", run) == "success"
    assert cluster.begun("red") == ["worker-red"]
    assert cluster.begun("blue") == ["worker-blue"]


def test_mapped_tasks_spread_over_both_workers(cluster: Cluster) -> None:
    """
    Four at once: two on each.
    """
    run = cluster.airflow.trigger("spread")
    workers = cluster.wait_for_begun("spread", 4)
    assert Counter(workers) == dict.fromkeys(WORKERS, CONCURRENCY)
    cluster.release("spread")
    assert cluster.airflow.wait_for_run("spread", run) == "success"
    assert len(cluster.begun("spread_total_6")) == 1


def test_a_pool_limits(cluster: Cluster) -> None:
    """
    Two slots: of four tasks two run, while the workers have room for others.
    """
    airflow = cluster.airflow
    airflow.client.post("pools", json={"name": "narrow", "slots": 2}).raise_for_status()
    run = airflow.trigger("pooled")
    cluster.wait_for_begun("pooled", 2)
    # It comes later, and passes them by.
    assert airflow.wait_for_run("beside", airflow.trigger("beside")) == "success"
    assert len(cluster.begun("pooled")) == 2
    shown = airflow.client.get("pools/narrow").raise_for_status().json()
    assert (shown["occupied_slots"], shown["open_slots"]) == (2, 0)
    cluster.release("pooled")
    assert airflow.wait_for_run("pooled", run) == "success"
    assert len(cluster.begun("pooled")) == 4


def test_the_examples_run(cluster: Cluster) -> None:
    """
    Ingestion, transformation and a report.
    """
    airflow = cluster.airflow
    names = ("complex_processing", "dynamic_user_ingestion", "report_dach_revenue")
    runs = {name: airflow.trigger(name) for name in names}
    ended = {name: airflow.wait_for_run(name, run) for name, run in runs.items()}
    assert ended == dict.fromkeys(names, "success")
    assert cluster.rows("raw_users")
    assert dict(cluster.rows("order_metrics"))["orders"]


def test_a_worker_is_killed(cluster: Cluster) -> None:
    """
    In the middle of a task, which has written half of its rows: the other worker runs it again, and each row is there
    once.
    """
    airflow = cluster.airflow
    run = airflow.trigger("killed")
    (victim,) = cluster.wait_for_begun("killed_half", 1)
    assert len(cluster.rows("killed")) == 50
    airflow.kill(victim, signal.SIGKILL)
    cluster.release("killed")
    (other,) = set(WORKERS) - {victim}
    cluster.wait_for_begun("killed", 2)
    assert cluster.begun("killed") == ["another", other]
    assert airflow.wait_for_run("killed", run) == "success"
    assert cluster.rows("killed") == [(key, f"value {key}") for key in range(100)]
    tries = "SELECT task_id, try_number FROM task_instance WHERE dag_id = 'killed' ORDER BY task_id"
    assert [tuple(row.values()) for row in airflow.rows(tries)] == [("after", 1), ("write", 2)]
    assert cluster.begun("killed_after") == [other]

    # The first worker to start later makes Redis give out once more what the dead one never answered for: nothing
    # comes of it.
    taken = cluster.sessions("killed")
    airflow.wait_for(
        lambda: all(since > VISIBLE for since in cluster.unanswered()),
        "the time of the dead worker's message",
    )
    airflow.start_component(victim)
    cluster.wait_for_worker(victim)
    airflow.wait_for(lambda: not cluster.unanswered(), "the message of the dead worker", 150, pause=0.5)
    assert cluster.sessions("killed") == taken
    assert len(taken) == 2
    assert cluster.rows("killed") == [(key, f"value {key}") for key in range(100)]


def test_the_broker_is_killed(cluster: Cluster) -> None:
    """
    While four tasks run and four wait in it: when it is back, all of them finish, and none has run twice.
    """
    airflow = cluster.airflow
    run = airflow.trigger("restarted")
    cluster.wait_for_begun("restarted", 4)
    queued = "SELECT map_index FROM task_instance WHERE dag_id = 'restarted' AND state = 'queued'"
    airflow.wait_for(lambda: len(airflow.rows(queued)) == 4, "four tasks in the queue", pause=0.5)
    cluster.broker.kill(signal.SIGKILL)
    cluster.release("restarted")
    cluster.broker.start()
    assert airflow.wait_for_run("restarted", run, 180) == "success"
    assert len(cluster.begun("restarted")) == 8
    assert len(cluster.begun("restarted_total_28")) == 1
    states = airflow.rows("SELECT DISTINCT state, try_number FROM task_instance WHERE dag_id = 'restarted'")
    assert states == [{"state": "success", "try_number": 1}]
