"""
The Airflow of the tests itself.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.e2e import processes
from tests.e2e.airflow_server import AirflowServer, StartAirflow
from tests.support import ROOT

pytestmark = pytest.mark.e2e

ETL = """\
from flowkit import Pipeline, python
from flowkit.airflow.dags import register

def hello() -> str:
    print("hello from the task")
    return "hello"

register(Pipeline("etl").task("a", python(hello)).task("b"))
"""


@pytest.fixture(scope="module")
def airflow(start_airflow: StartAirflow) -> AirflowServer:
    """
    An Airflow with its three usual processes.
    """
    return start_airflow()


def test_a_pipeline_runs(airflow: AirflowServer) -> None:
    """
    From the file to the log of its task; all that is read comes from the Airflow of the test.
    """
    airflow.write("etl.py", ETL)
    airflow.restart("dag-processor")
    airflow.wait_for(lambda: "etl" in airflow.dags(), "the DAG 'etl'")
    assert airflow.import_errors() == {}
    assert airflow.wait_for_run("etl", airflow.trigger("etl")) == "success"
    assert "hello from the task" in airflow.task_log("etl", "a")
    assert airflow.client.get("dags").json()["total_entries"] == 1


ORPHANS = """
import os, subprocess, sys, time
from pathlib import Path
from tests.e2e.processes import Family
family = Family()
fork = "import os, time; os.fork(); os.setsid() if os.getpgid(0) != os.getpid() else None; time.sleep(60)"
family.start([sys.executable, "-c", fork], env=os.environ, log=Path(os.devnull), cwd=Path.cwd())
print(family.mark, flush=True)
time.sleep(60)
"""


def test_processes_end_even_when_the_tests_are_killed() -> None:
    """
    Also a fork that has left its session.
    """
    killed = subprocess.Popen(
        [sys.executable, "-c", ORPHANS],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert killed.stdout is not None
    mark = killed.stdout.readline().strip()
    deadline = time.monotonic() + 20
    while len(processes.marked(mark)) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(processes.marked(mark)) == 2
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    while processes.marked(mark) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes.marked(mark) == []
