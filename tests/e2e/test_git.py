"""
From a push to a running DAG: a bare repository, Airflow's own `GitDagBundle` as `flowkit recipe` writes it, and a real
Airflow. And the other way, git-sync, played by a link that is turned as the sidecar does it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import attrs
import pytest

from flowkit.deploy.recipe import Recipe
from tests.e2e.airflow_server import AirflowServer, StartAirflow
from tests.e2e.repository import GIT_ENV, Repository
from tests.e2e.servers import missing

pytestmark = pytest.mark.e2e

LACKS = missing(programs=("git",), modules=("airflow.providers.git",))
if LACKS and not os.environ.get("CI"):
    pytest.skip(f"not installed: {', '.join(LACKS)}", allow_module_level=True)

REFRESH = 5
"""Seconds between two looks at the repository."""

STALE = 6
"""Seconds for which a DAG stays live that its file no longer has; 50 by default."""

HELPERS = """
import os, time
from pathlib import Path

from flowkit import Group, python

VERSION = 1


def wait(name: str) -> None:
    mark = Path(os.environ["MARKS"], name)
    mark.with_suffix(".begun").touch()
    deadline = time.monotonic() + 120
    while not mark.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(name)
        time.sleep(0.25)


def tell() -> None:
    print("helpers of version", VERSION)


def layer() -> Group:
    return Group("ingestion").task("tell", python(tell))
"""

BEGIN = """
from flowkit import Pipeline, generate, python
from flowkit.airflow.dags import register
from company.{helpers} import layer, tell, wait
"""

LAYERED = BEGIN + "register(Pipeline('{name}').then(layer()))\n"

PATIENT = BEGIN + "register(Pipeline('{name}').task('first', python(wait, '{name}')).task('second', python(tell)))\n"

SEVERAL = BEGIN + """
def build(name: str) -> Pipeline:
    made = Pipeline(name).then(layer())
    return made.task("twice").task("twice") if name in {broken} else made


register(generate(build, ["{name}_1", "{name}_2", "{name}_3"], dag_id=str))
"""


@attrs.frozen
class Setting:
    """
    A repository, and the Airflow that follows it.
    """

    airflow: AirflowServer
    repository: Repository
    marks: Path
    synced: Path

    def push(self, name: str, template: str, *, version: int = 1, force: bool = False, broken: str = "()") -> str:
        """
        Push the pipelines of a test, and helpers of their own; return the commit.
        """
        text = template.format(name=name, helpers=name, broken=broken)
        helpers = HELPERS.replace("VERSION = 1", f"VERSION = {version}")
        files = {f"dags/{name}.py": text, f"dags/company/{name}.py": helpers}
        return self.repository.push(files, force=force)

    def wait_for_commit(self, commit: str, *dag_ids: str) -> None:
        """
        Wait until Airflow has parsed DAGs of this commit.
        """
        sql = "SELECT dag_id FROM dag WHERE bundle_version = :commit"
        self.airflow.wait_for(
            lambda: set(dag_ids) <= {row["dag_id"] for row in self.airflow.rows(sql, commit=commit)},
            f"parse of {dag_ids} at {commit}",
        )

    def wait_for_bundle(self, commit: str) -> None:
        """
        Wait until Airflow has fetched the commit.
        """
        sql = "SELECT name FROM dag_bundle WHERE version = :commit"
        self.airflow.wait_for(lambda: self.airflow.rows(sql, commit=commit), f"commit {commit}")

    def wait_until_stale(self, dag_id: str, stale: bool = True) -> None:
        """
        Wait until a DAG is no longer live, or is again.
        """
        self.airflow.wait_for(
            lambda: bool(self.airflow.dag_rows()[dag_id]["is_stale"]) is stale, f"stale={stale} of {dag_id}"
        )

    def begin(self, dag_id: str) -> str:
        """
        Start a run, and wait until its first task waits.
        """
        run = self.airflow.trigger(dag_id)
        begun = (self.marks / dag_id).with_suffix(".begun")
        self.airflow.wait_for(begun.exists, f"begin of {dag_id}")
        begun.unlink()
        return run

    def release(self, dag_id: str) -> None:
        """
        Let the first task go on.
        """
        (self.marks / dag_id).touch()

    def states(self, dag_id: str, run: str) -> dict[str, str | None]:
        """
        Return the state of each task of a run.
        """
        sql = "SELECT task_id, state FROM task_instance WHERE dag_id = :dag AND run_id = :run"
        return {row["task_id"]: row["state"] for row in self.airflow.rows(sql, dag=dag_id, run=run)}

    def log(self, dag_id: str, run: str, task: str) -> str:
        """
        Return what a task of a run has printed.
        """
        folder = self.airflow.home / "logs" / f"dag_id={dag_id}" / f"run_id={run}" / f"task_id={task}"
        return "".join(file.read_text() for file in folder.glob("*.log"))


@pytest.fixture(scope="module")
def git(start_airflow: StartAirflow, tmp_path_factory: pytest.TempPathFactory) -> Setting:
    """
    An Airflow that looks at the repository every few seconds.
    """
    folder = tmp_path_factory.mktemp("git")
    repository = Repository(folder / "origin")
    repository.push({"dags/company/__init__.py": "", "README.md": "pipelines"})
    synced = repository.sync(folder / "synced")
    (folder / "marks").mkdir()
    bundles: list[dict[str, Any]] = Recipe(repo=repository.bare.as_uri(), public=True).bundles
    bundles[0]["kwargs"]["refresh_interval"] = REFRESH
    local = {"path": str(synced / "synced"), "refresh_interval": REFRESH}
    classpath = "airflow.dag_processing.bundles.local.LocalDagBundle"
    bundles.append({"name": "synced", "classpath": classpath, "kwargs": local})
    airflow = start_airflow(
        settings={
            **GIT_ENV,
            "MARKS": str(folder / "marks"),
            "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0",
            "AIRFLOW__DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": "1",
            "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(bundles),
            "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": str(folder / "bundles"),
            "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "2",
            "AIRFLOW__DAG_PROCESSOR__STALE_DAG_THRESHOLD": str(STALE),
            "AIRFLOW__SCHEDULER__PARSING_CLEANUP_INTERVAL": "2",
        }
    )
    return Setting(airflow, repository, folder / "marks", folder / "synced")
