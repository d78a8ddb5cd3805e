"""
Ports run as the originals do: the same states, and the same XComs.
"""

from __future__ import annotations

import random
import shutil
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import support
from tests.parity.examples import FOLDERS, other_version, port_of

# `dag.test()` imports Airflow's API server, whose libraries warn, and examples use what Airflow deprecates.
pytestmark = pytest.mark.filterwarnings("ignore")

RUNS = [
    ("core", "example_dynamic_task_mapping", "example_dynamic_task_mapping"),
    ("core", "example_dynamic_task_mapping_with_no_taskflow_operators", None),
    ("core", "example_nested_branch_dag", "example_nested_branch_dag"),
    ("core", "example_setup_teardown_taskflow", "example_setup_teardown_taskflow"),
    ("core", "example_xcom", "example_xcom"),
    ("core", "example_params_trigger_ui", "example_params_trigger_ui"),
    ("core", "example_retry_policy", None),
    ("core", "example_assets", "asset_produces_1"),
    ("core", "example_skip_dag", "example_skip_dag"),
    ("core", "tutorial_taskflow_api", "tutorial_taskflow_api"),
    ("core", "example_xcomargs", None),
    ("core", "example_latest_only_with_trigger", None),
    ("standard", "example_short_circuit_decorator", "example_short_circuit_decorator"),
]
"""Folder, file, and the DAG of it; `None`: the first of the file."""


@pytest.fixture
def bundle(airflow_home: Path, airflow_db: Path) -> Iterator[Path]:
    """
    The folder of Airflow's own bundle, empty: `dag.test()` takes DAGs from no other, and loads everything in it.
    """
    folder = airflow_home / "dags"
    aside = airflow_home / "aside"
    shutil.move(folder, aside)
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)
    shutil.move(aside, folder)


def outcome(file: Path, bundle: Path, dag_id: str | None) -> dict[str, Any]:
    """
    Run one DAG of *file*, and return the state and the XComs of each task.
    """
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    location = bundle / file.name
    shutil.copy(file, location)
    bag = support.load_dags(location)
    assert not bag.import_errors, bag.import_errors
    dag = bag.dags[dag_id or min(bag.dags)]
    random.seed(3)
    run = dag.test()
    states = {f"{ti.task_id}[{ti.map_index}]": str(ti.state) for ti in run.get_task_instances()}
    with create_session() as session:
        rows = session.execute(
            select(XComModel.task_id, XComModel.map_index, XComModel.key, XComModel.value).where(
                XComModel.dag_id == dag.dag_id, XComModel.run_id == run.run_id
            )
        ).all()
    location.unlink()
    xcoms = {f"{row.task_id}[{row.map_index}].{row.key}": row.value for row in rows}
    return {"run": str(run.state), "states": states, "xcoms": xcoms}


@pytest.fixture(autouse=True)
def refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Let the API of the example on retry policies refuse its token: its policy says to fail at once.
    """
    import requests

    module = types.ModuleType("google.auth.exceptions")
    error = type("RefreshError", (Exception,), {"__module__": module.__name__})
    module.RefreshError = error  # type: ignore[attr-defined]
    for name in ("google", "google.auth"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, module.__name__, module)

    def get(*_args: Any, **_kwargs: Any) -> None:
        raise error

    monkeypatch.setattr(requests, "get", get)


@pytest.mark.parametrize(("folder", "name", "dag_id"), RUNS, ids=[name for _, name, _ in RUNS])
def test_a_port_runs_as_the_original(folder: str, name: str, dag_id: str | None, bundle: Path) -> None:
    """
    With Airflow's own `dag.test()`, one after the other.
    """
    if (reason := other_version(folder)) is not None:
        pytest.skip(reason)
    file = FOLDERS[folder] / f"{name}.py"
    original = outcome(file, bundle, dag_id)
    port = outcome(port_of(folder, file), bundle, dag_id)
    assert original["states"]
    assert port == original
