"""
From a push to a running DAG: a bare repository, Airflow's own `GitDagBundle` as `flowkit recipe` writes it, and a real
Airflow. And the other way, git-sync, played by a link that is turned as the sidecar does it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowkit.scaffold.recipe import Recipe
from tests.e2e.airflow_server import StartAirflow
from tests.e2e.pushes import HELD, HELPERS, LAYERED, PATIENT, SEVERAL, SYNTAX, Setting
from tests.e2e.repository import GIT_ENV, Repository
from tests.e2e.servers import missing

pytestmark = pytest.mark.e2e

LACKS = missing(programs=("git",), modules=("airflow.providers.git",))
if LACKS and not os.environ.get("CI"):
    pytest.skip(f"not installed: {', '.join(LACKS)}", allow_module_level=True)

REFRESH = 2
"""Seconds between two looks at the repository."""

PUSHES = 3
"""How many pushes are measured; `benchmarks/git_push.py` measures more, with the intervals of the recipe."""

STALE = 6
"""Seconds for which a DAG stays live that its file no longer has; 50 by default."""

FETCH = """
import sys
from airflow.dag_processing.bundles.manager import DagBundlesManager

DagBundlesManager().get_bundle("pipelines", version=sys.argv[1]).initialize()
"""


@pytest.fixture(scope="module")
def git(start_airflow: StartAirflow, tmp_path_factory: pytest.TempPathFactory) -> Setting:
    """
    An Airflow that looks at the repository every few seconds.
    """
    folder = tmp_path_factory.mktemp("git")
    repository = Repository(folder / "origin")
    repository.push({"dags/company/__init__.py": "", "synced/company_synced/__init__.py": ""})
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
            "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "8",
            "AIRFLOW__DAG_PROCESSOR__STALE_DAG_THRESHOLD": str(STALE),
            "AIRFLOW__SCHEDULER__PARSING_CLEANUP_INTERVAL": "2",
        }
    )
    return Setting(airflow, repository, folder / "marks", folder / "synced")


def test_a_push_becomes_visible(git: Setting, record_property: Callable[[str, object], None]) -> None:
    """
    In the API, with tasks that run: their helpers are found by the DAG processor and by the workers. The seconds are
    printed.
    """
    took = []
    for number in range(PUSHES):
        # Spread over the time between two looks.
        time.sleep(number / PUSHES * REFRESH)
        name, since = f"visible_{number}", time.monotonic()
        git.push(name, LAYERED)
        git.airflow.wait_for(lambda at=f"dags/{name}": git.airflow.client.get(at).is_success, name)  # type: ignore[misc]
        took.append(round(time.monotonic() - since, 1))
    record_property("push_to_visible", took)
    print(f"Push to visible: {took} s, with a refresh_interval of {REFRESH} s", file=sys.stderr)  # noqa: T201
    assert git.run("visible_0", "ingestion.tell") == ["1"]


def test_a_push_that_breaks_one_pipeline(git: Setting) -> None:
    """
    Its neighbours run, on the new commit too; it is named, and goes stale with its row and its runs kept.
    """
    airflow = git.airflow
    git.wait_for_commit(git.push("one", SEVERAL), "one_1", "one_2", "one_3")
    assert git.run("one_2", "ingestion.tell") == ["1"]

    commit = git.push("one", SEVERAL, broken="['one_2']", version=2)
    git.wait_for_commit(commit, "one_1", "one_3")
    airflow.wait_for(lambda: git.errors("one"), "the error of 'one_2'")
    answer = airflow.client.get("importErrors").raise_for_status().json()["import_errors"]
    shown = {
        error["filename"]: error["stack_trace"] for error in answer if error["filename"].startswith("one.py")
    }
    assert list(shown) == ["one.py::one_2"]
    assert "FK101 Duplicate task id 'twice' in the pipeline" in shown["one.py::one_2"]
    runs = {name: airflow.trigger(name) for name in ("one_1", "one_3")}
    for name, run in runs.items():
        assert airflow.wait_for_run(name, run) == "success"
        assert git.told(name, run, "ingestion.tell") == ["2"]
    git.wait_until_stale("one_2")
    assert airflow.client.get("dags/one_2/dagRuns").json()["total_entries"] == 1
    assert git.errors("one") == ["one.py::one_2"]

    git.wait_for_commit(git.push("one", SEVERAL, version=3), "one_1", "one_2", "one_3")
    git.wait_for_no_errors("one")
    assert git.run("one_2", "ingestion.tell") == ["3"]


def test_a_push_that_breaks_a_whole_file(git: Setting) -> None:
    """
    All its DAGs are stale at once, and marked; their rows and runs are kept, no run can be started; a run that was
    queued waits until the file is mended, and takes the commit that it was made for. Other files are not touched.
    """
    airflow = git.airflow
    git.wait_for_commit(git.push("other", LAYERED), "other")
    git.wait_for_commit(git.push("whole", SEVERAL), "whole_1", "whole_2", "whole_3")
    git.run("whole_1", "ingestion.tell")
    waiting = (
        "whole_2",
        airflow.client.post("dags/whole_2/dagRuns", json={"logical_date": None}).json()["dag_run_id"],
    )

    git.wait_for_bundle(git.push("whole", SEVERAL + SYNTAX, version=2))
    git.wait_until_stale("whole_1")
    rows = airflow.dag_rows()
    assert {
        (rows[f"whole_{number}"]["is_stale"], rows[f"whole_{number}"]["has_import_errors"])
        for number in (1, 2, 3)
    } == {(1, 1)}
    assert git.errors("whole") == ["whole.py"]
    tasks = airflow.client.get("dags/whole_1/tasks").raise_for_status().json()["tasks"]
    assert [task["task_id"] for task in tasks] == ["ingestion.tell"]
    airflow.unpause("whole_2")
    assert airflow.client.post("dags/whole_1/dagRuns", json={"logical_date": None}).status_code == 404
    assert airflow.client.get("dags/whole_1/dagRuns").json()["total_entries"] == 1
    # The scheduler has had time for another run meanwhile.
    assert git.run("other", "ingestion.tell") == ["1"]
    assert set(git.states(*waiting).values()) == {None}

    git.wait_for_commit(git.push("whole", SEVERAL, version=3), "whole_1", "whole_2", "whole_3")
    git.wait_for_no_errors("whole")
    assert airflow.wait_for_run(*waiting) == "success"
    assert git.told(*waiting, "ingestion.tell") == ["1"]
    assert git.run("whole_2", "ingestion.tell") == ["3"]


def test_a_run_under_way_finishes_on_its_commit(git: Setting) -> None:
    """
    Whatever is pushed meanwhile. A new run takes the new commit.
    """
    git.wait_for_commit(git.push("pushed", PATIENT), "pushed")
    run = git.begin("pushed")
    git.wait_for_commit(git.push("pushed", PATIENT, version=2), "pushed")
    git.release("pushed")
    assert git.airflow.wait_for_run("pushed", run) == "success"
    assert git.told("pushed", run, "second") == ["1"]
    assert git.run("pushed", "second") == ["2"]


def test_a_force_push(git: Setting, tmp_path: Path) -> None:
    """
    The new commit becomes visible, and a run under way finishes on its own one, which is in no branch any more: the
    machines that have fetched it keep it. One that has not cannot get it.
    """
    lost = git.push("forced", PATIENT)
    git.wait_for_commit(lost, "forced")
    run = git.begin("forced")
    git.wait_for_commit(git.push("forced", PATIENT, version=2, force=True), "forced")
    git.release("forced")
    assert git.airflow.wait_for_run("forced", run) == "success"
    assert git.told("forced", run, "second") == ["1"]

    fetched = subprocess.run(
        [sys.executable, "-c", FETCH, lost],
        env={**git.airflow.env, "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert fetched.returncode == 1
    assert f"Version {lost} not found in the repository" in fetched.stderr


def test_a_push_that_breaks_the_pipeline_of_a_run(git: Setting) -> None:
    """
    The task that runs finishes; once the DAG is stale the next ones wait, and go on when it is mended, on the commit
    that the run began with.
    """
    airflow = git.airflow
    git.wait_for_commit(git.push("beside", LAYERED), "beside")
    git.wait_for_commit(git.push("frozen", PATIENT), "frozen")
    run = git.begin("frozen")
    git.wait_for_bundle(git.push("frozen", PATIENT.replace("'second'", "'first'"), version=2))
    airflow.wait_for(lambda: git.errors("frozen"), "the error of 'frozen'")
    assert git.errors("frozen") == ["frozen.py::frozen"]
    git.wait_until_stale("frozen")
    git.release("frozen")
    airflow.wait_for(lambda: git.states("frozen", run)["first"] == "success", "the end of 'first'")
    # The scheduler has had time for another run meanwhile.
    assert git.run("beside", "ingestion.tell") == ["1"]
    assert git.states("frozen", run) == {"first": "success", "second": None}

    git.wait_for_commit(git.push("frozen", PATIENT, version=3), "frozen")
    assert airflow.wait_for_run("frozen", run) == "success"
    assert git.told("frozen", run, "second") == ["1"]
    assert git.run("frozen", "second") == ["3"]


def test_deleted_pipelines_are_no_longer_live(git: Setting) -> None:
    """
    Those of a deleted file with the push, one of several when Airflow looks for such; what they did stays.
    """
    airflow = git.airflow
    git.wait_for_commit(git.push("gone", LAYERED), "gone")
    git.wait_for_commit(git.push("less", SEVERAL), "less_1", "less_2", "less_3")
    git.run("gone", "ingestion.tell")
    git.push("less", SEVERAL.replace(', "{name}_3"', ""))
    git.repository.push({"dags/gone.py": None})
    git.wait_until_stale("gone")
    git.wait_until_stale("less_3")
    assert {"gone", "less_3"}.isdisjoint(airflow.dags())
    assert {"less_1", "less_2"} <= set(airflow.dags())
    assert airflow.client.get("dags/gone/dagRuns").json()["total_entries"] == 1
    assert airflow.client.get("dags/gone").json()["is_stale"] is True
    assert git.errors("gone") + git.errors("less") == []


def test_a_commit_that_comes_in_the_middle_of_a_parse(git: Setting) -> None:
    """
    What the parse finds in the old text is stored under the new commit: the good pipelines, and the error of one that
    the commit mends, which stays listed until the next commit.
    """
    held, parsed = git.marks / "middle.held", git.marks / "middle.parsed"
    held.touch()
    git.push("middle", HELD + SEVERAL, broken="['middle_2']")
    git.airflow.wait_for(parsed.exists, "the begin of the parse")
    commit = git.push("middle", HELD + SEVERAL, version=2)
    git.wait_for_bundle(commit)
    held.unlink()
    git.wait_for_commit(commit, "middle_1", "middle_2", "middle_3")
    assert git.errors("middle") == ["middle.py::middle_2"]
    assert git.run("middle_2", "ingestion.tell") == ["2"]
    git.wait_for_no_errors("middle")


def test_the_way_of_git_sync(git: Setting) -> None:
    """
    A link is turned to the new commit: helpers are found, and there are no versions, so that a task that starts after
    a push runs the new code, also in a run that began before.
    """
    airflow = git.airflow
    text = PATIENT.format(name="synced", helpers="shared").replace("company.", "company_synced.")

    def deliver(version: int) -> None:
        helpers = HELPERS.replace("VERSION = 1", f"VERSION = {version}")
        git.repository.push({"synced/synced.py": text, "synced/company_synced/shared.py": helpers})
        git.repository.sync(git.synced)

    deliver(1)
    airflow.wait_for(lambda: "synced" in airflow.dags(), "the DAG 'synced'")
    run = git.begin("synced")
    deliver(2)
    git.release("synced")
    assert airflow.wait_for_run("synced", run) == "success"
    assert git.told("synced", run, "second") == ["2"]
    assert git.errors("synced") == []
