"""
`DbtTaskGroup` of Astronomer Cosmos in a pipeline, as Airflow's processor parses it.

Cosmos is not among the requirements of the tests: `nox -s cosmos` installs it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import support
from tests.airflow.test_isolation import parsed

pytestmark = [pytest.mark.e2e, pytest.mark.filterwarnings("ignore")]

pytest.importorskip("cosmos", reason="astronomer-cosmos is not installed: nox -s cosmos")

HEAD = '''
"""Airflow DAGs."""
from datetime import datetime
from pathlib import Path

from cosmos import DbtTaskGroup, ExecutionConfig, LoadMode, ProfileConfig, ProjectConfig, RenderConfig

PROJECT = Path(__file__).parent / "dbt"
GROUP = dict(
    group_id="dbt",
    project_config=ProjectConfig(manifest_path=PROJECT / "manifest.json", project_name="shop"),
    profile_config=ProfileConfig(
        profile_name="shop", target_name="dev", profiles_yml_filepath=PROJECT / "profiles.yml"
    ),
    execution_config=ExecutionConfig(dbt_project_path=PROJECT, dbt_executable_path="dbt"),
    render_config=RenderConfig(load_method=LoadMode.DBT_MANIFEST),
    operator_args={"install_deps": False, "append_env": True},
)
DEFAULTS = {"owner": "shop", "retries": 2}
'''

BY_HAND = (
    HEAD
    + """
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("shop", start_date=datetime(2026, 1, 1), schedule=None, default_args=DEFAULTS):
    extract = BashOperator(task_id="extract", bash_command="extract")
    extract >> DbtTaskGroup(**GROUP) >> BashOperator(task_id="publish", bash_command="publish")
"""
)

WITH_FLOWKIT = (
    HEAD
    + """
from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, native, operator
from flowkit.airflow.dags import register

register(
    Pipeline("shop", start_date=datetime(2026, 1, 1), schedule=None)
    .defaults(**DEFAULTS)
    .task("extract", operator(BashOperator, bash_command="extract"))
    .task("dbt", native(DbtTaskGroup, **GROUP))
    .task("publish", operator(BashOperator, bash_command="publish"))
)
"""
)


def model(name: str, *depends_on: str, **more: Any) -> dict[str, Any]:
    """
    Return what a manifest of dbt has of a model.
    """
    path = f"models/{name}.sql"
    return {
        "unique_id": f"model.shop.{name}",
        "name": name,
        "resource_type": "model",
        "package_name": "shop",
        "path": f"{name}.sql",
        "original_file_path": path,
        "depends_on": {"nodes": [f"model.shop.{other}" for other in depends_on]},
        "tags": [],
        "config": {"materialized": "view"},
        "fqn": ["shop", name],
        **more,
    }


def a_test(name: str, of: str) -> dict[str, Any]:
    """
    Return what a manifest of dbt has of a test.
    """
    return {
        **model(name, of),
        "unique_id": f"test.shop.{name}",
        "resource_type": "test",
        "attached_node": f"model.shop.{of}",
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """
    A folder with a dbt project: two models, the second with a test.
    """
    project = tmp_path / "dbt"
    (project / "models").mkdir(parents=True)
    nodes = [model("stg_orders"), model("orders", "stg_orders"), a_test("orders_unique", "orders")]
    for node in nodes:
        (project / str(node["original_file_path"])).write_text("select 1")
    manifest = {
        "metadata": {"project_name": "shop"},
        "nodes": {node["unique_id"]: node for node in nodes},
        "sources": {},
        "exposures": {},
    }
    (project / "manifest.json").write_text(json.dumps(manifest))
    (project / "dbt_project.yml").write_text("name: shop\nprofile: shop\n")
    (project / "profiles.yml").write_text(
        "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: shop.duckdb}\n"
    )
    return tmp_path


def stored(folder: Path, source: str) -> dict[str, Any]:
    """
    Return what Airflow's processor stores of the DAG `shop` of a file, but for where it was written.
    """
    file = folder / "shop.py"
    file.write_text(source)
    result = parsed(file)
    assert not result.import_errors, result.import_errors
    (dag,) = result.serialized_dags
    data: dict[str, Any] = json.loads(json.dumps(dag.data))
    for name in ("fileloc", "relative_fileloc", "doc_md"):
        data["dag"].pop(name, None)
    return data


def test_it_is_the_same_as_by_hand(folder: Path) -> None:
    """
    The stored DAG: all tasks of the dbt project, their ids, options and edges, and the groups.
    """
    ours = stored(folder, WITH_FLOWKIT)
    tasks = {task["__var"]["task_id"] for task in ours["dag"]["tasks"]}
    assert tasks == {"extract", "dbt.stg_orders_run", "dbt.orders.run", "dbt.orders.test", "publish"}
    assert ours == stored(folder, BY_HAND)


def test_a_worker_makes_it_for_its_own_dag(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A worker that runs a model parses the manifest; one that runs another DAG of the file does not.
    """
    file = folder / "shop.py"
    file.write_text(WITH_FLOWKIT + '\nregister(Pipeline("other").task("a"))\n')
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "shop")
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_TASK_ID", "dbt.orders.run")
    bag = support.load_dags(file)
    assert not bag.import_errors
    assert "dbt.orders.run" in bag.dags["shop"].task_dict
    (folder / "dbt" / "manifest.json").write_text("broken")
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "other")
    bag = support.load_dags(file)
    assert not bag.import_errors
    assert list(bag.dags) == ["other"]


def test_an_error_of_cosmos_is_that_of_the_pipeline(folder: Path) -> None:
    """
    A broken manifest stops no other pipeline of the file.
    """
    (folder / "dbt" / "manifest.json").write_text("broken")
    file = folder / "shop.py"
    file.write_text(WITH_FLOWKIT + '\nregister(Pipeline("other").task("a"))\n')
    result = parsed(file)
    assert [dag.dag_id for dag in result.serialized_dags] == ["other"]
    ((name, text),) = result.import_errors.items()
    assert name.endswith("shop.py::shop")
    assert "FK904 Task 'dbt': DbtTaskGroup() raised CosmosLoadDbtException" in text
