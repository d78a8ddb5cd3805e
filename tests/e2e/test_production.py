"""
The commands that the production guide gives for the night: each does on a real Airflow what the page says.

`tests/docs/test_production.py` looks that no command of the page is missing here.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.e2e.airflow_server import AirflowServer, StartAirflow

pytestmark = pytest.mark.e2e

INGEST = """\
import time
from pathlib import Path

from flowkit import Pipeline, generate, python
from flowkit.airflow.dags import register


def fetch(flag: str) -> None:
    Path(flag).with_name("started").touch()
    while not Path(flag).exists():
        time.sleep(0.2)


def load() -> None:
    print("loading")


def ingest(name: str) -> Pipeline:
    after = {after!r} if name == "orders" else "fetch"
    pipeline = Pipeline(f"{kind}_{{name}}").task("fetch", python(fetch, {flag!r}))
    return pipeline.task("load", python(load), after=after, {options})


register(generate(ingest, ["users", "orders"], dag_id=lambda name: f"{kind}_{{name}}"))
"""


def source(kind: str, flag: Path, *, after: str = "fetch", options: str = "") -> str:
    """
    Return a file with two pipelines, of which 'orders' is broken if *after* names no task.
    """
    return INGEST.format(kind=kind, flag=str(flag), after=after, options=options)


def run(airflow: AirflowServer, command: str) -> subprocess.CompletedProcess[str]:
    """
    Run an Airflow command as the page writes it.
    """
    return airflow.cli(*command.split()[1:])


@pytest.fixture(scope="module")
def airflow(start_airflow: StartAirflow) -> AirflowServer:
    """
    An Airflow that looks at files often, and gives up a task of a broken pipeline at once.
    """
    return start_airflow(
        settings={
            "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0",
            "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "1",
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
            "AIRFLOW__DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": "1",
            "AIRFLOW__WORKERS__MISSING_DAG_RETRIES": "0",
        }
    )


def states(airflow: AirflowServer, dag_id: str) -> dict[str, str | None]:
    """
    Return the states of the tasks of all runs of a DAG.
    """
    rows = airflow.rows("SELECT task_id, state FROM task_instance WHERE dag_id = :dag", dag=dag_id)
    return {row["task_id"]: row["state"] for row in rows}


def test_first_questions(airflow: AirflowServer) -> None:
    """
    Does Airflow live: the database, a scheduler and a DAG processor; and a scheduler that was killed is missed.
    """
    assert run(airflow, "airflow db check").returncode == 0
    for kind in ("SchedulerJob", "DagProcessorJob"):
        command = f"airflow jobs check --allow-multiple --limit 100 --job-type {kind}"
        assert run(airflow, command).returncode == 0
    assert (
        run(airflow, "airflow jobs check --allow-multiple --limit 100 --job-type TriggererJob").returncode
        == 1
    )


def test_a_broken_pipeline_fails_its_task_which_is_cleared(airflow: AirflowServer, tmp_path: Path) -> None:
    """
    The error is listed from the table and from the files; the log has the code; mended and cleared, the run goes on.
    """
    flag = tmp_path / "flag"
    airflow.write("night.py", source("night", flag))
    airflow.wait_for(lambda: {"night_users", "night_orders"} <= set(airflow.dags()), "the DAGs", 120)
    run_id = airflow.trigger("night_orders")
    # Airflow calls a task running before its process has read the file.
    airflow.wait_for((tmp_path / "started").exists, "the task", 120)

    airflow.write("night.py", source("night", flag, after="nowhere"))
    airflow.wait_for(lambda: "night.py::night_orders" in airflow.import_errors(), "the error", 120)
    flag.touch()
    assert airflow.wait_for_run("night_orders", run_id, 240) == "failed"
    assert states(airflow, "night_orders") == {"fetch": "success", "load": "failed"}
    assert "FK102" in airflow.task_log("night_orders", "load")
    local = run(airflow, "airflow dags list-import-errors --local --output plain")
    assert local.returncode == 1
    assert "night_orders" in local.stdout
    assert "FK102" in local.stdout
    failed = run(airflow, "airflow dags list-runs night_orders --state failed --output plain")
    assert run_id in failed.stdout

    airflow.write("night.py", source("night", flag))
    airflow.wait_for(lambda: "night.py::night_orders" not in airflow.import_errors(), "the mending", 120)
    cleared = run(airflow, "airflow tasks clear night_orders --only-failed --yes")
    assert cleared.returncode == 0, cleared.stderr
    airflow.wait_for(lambda: states(airflow, "night_orders")["load"] == "success", "the rest of the run", 120)
    assert airflow.wait_for_run("night_orders", run_id) == "success"


def test_a_pool_that_is_missing_is_made(airflow: AirflowServer, tmp_path: Path) -> None:
    """
    Airflow says why the task does not start, and starts it when there is such a pool.
    """
    flag = tmp_path / "flag"
    flag.touch()
    airflow.write("pools.py", source("pools", flag, options="pool='shop'"))
    airflow.wait_for(lambda: "pools_users" in airflow.dags(), "the DAG", 120)
    run_id = airflow.trigger("pools_users")
    text = "Tasks using non-existent pool 'shop' will not be scheduled"
    airflow.wait_for(lambda: text in airflow.log("scheduler"), "the warning", 120)
    assert "shop" not in run(airflow, "airflow pools list --output plain").stdout

    done = run(airflow, "airflow pools set shop 4 shop")
    assert done.returncode == 0, done.stderr
    assert airflow.wait_for_run("pools_users", run_id) == "success"


def test_one_pipeline_is_paused(airflow: AirflowServer, tmp_path: Path) -> None:
    """
    Its run gets no further task, and goes on when it is taken off pause.
    """
    flag = tmp_path / "flag"
    airflow.write("paused.py", source("paused", flag))
    airflow.wait_for(lambda: "paused_users" in airflow.dags(), "the DAG", 120)
    run_id = airflow.trigger("paused_users")
    airflow.wait_for(lambda: states(airflow, "paused_users").get("fetch") == "running", "the task", 120)
    assert run(airflow, "airflow dags pause paused_users --yes").returncode == 0
    flag.touch()
    airflow.wait_for(lambda: states(airflow, "paused_users")["fetch"] == "success", "its end", 120)
    assert states(airflow, "paused_users")["load"] is None
    why = run(airflow, f"airflow tasks failed-deps paused_users load {run_id}")
    assert "paused" in why.stdout

    assert run(airflow, "airflow dags unpause paused_users --yes").returncode == 0
    assert airflow.wait_for_run("paused_users", run_id) == "success"


def test_files_are_read_at_once(start_airflow: StartAirflow, tmp_path: Path) -> None:
    """
    Without a DAG processor: the good pipelines are live, the broken ones are listed, and the command says nothing.
    """
    airflow = start_airflow(components=())
    airflow.write("now.py", source("now", tmp_path / "flag", after="nowhere"))
    done = run(airflow, "airflow dags reserialize")
    assert done.returncode == 0, done.stderr
    assert airflow.dags() == ["now_users"]
    listed = run(airflow, "airflow dags list-import-errors --output plain")
    assert (listed.returncode, "now.py::now_orders" in listed.stdout) == (1, True)
    assert "now_users" in run(airflow, "airflow dags list --columns dag_id,is_stale --output plain").stdout


def test_a_file_that_takes_too_long_leaves_a_line_in_the_log(start_airflow: StartAirflow) -> None:
    """
    And nothing among the import errors.
    """
    airflow = start_airflow(components=())
    airflow.write("slow.py", "import time\nfrom airflow.sdk import DAG\ntime.sleep(60)\nDAG('slow')\n")
    done = airflow.cli(
        "dag-processor", "--num-runs", "1", AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT="5"
    )
    assert "exceeding the timeout" in done.stdout + done.stderr
    assert airflow.import_errors() == {}
    assert not airflow.dags()
