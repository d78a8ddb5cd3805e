"""
The bundle that the recipe describes, cloned from a bare repository by Airflow itself.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flowkit.scaffold.recipe import Recipe
from tests.support import ROOT

if not os.environ.get("CI"):
    pytest.importorskip("airflow.providers.git")
if shutil.which("git") is None:
    pytest.skip("there is no git", allow_module_level=True)

PIPELINES = """
from company.shared import layer
from flowkit import Pipeline
from flowkit.airflow.dags import register

register(Pipeline("orders").then(layer("ingestion")))
"""
SHARED = """
from flowkit import Group

def layer(name):
    return Group(name).task("fetch")
"""
_LOAD = """
import json, sys
from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import BundleDagBag

(bundle,) = [one for one in DagBundlesManager().get_all_dag_bundles() if one.name == "pipelines"]
bundle.initialize()
bag = BundleDagBag(bundle.path, bundle_path=bundle.path, bundle_name=bundle.name, safe_mode=True)
version = bundle.get_current_version()
print("RESULT" + json.dumps([list(bag.dags), bag.import_errors, getattr(version, "version", version)]))
"""


def _git(*words: str, cwd: Path) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    return subprocess.run(
        ["git", *identity, *words], cwd=cwd, check=True, capture_output=True, text=True, timeout=60
    ).stdout.strip()


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("helpers", "subdir", "found"),
    [("dags/company", "dags", True), ("company", "", True), ("company", "dags", False)],
    ids=["beside the DAG files", "at the root", "outside the bundle"],
)
def test_helpers_are_found_in_the_folder_of_the_bundle(
    helpers: str, subdir: str, found: bool, tmp_path: Path
) -> None:
    """Airflow puts the folder of the bundle on the path, not the root of the repository above it."""
    work, bare = tmp_path / "work", tmp_path / "pipelines.git"
    for name, text in {"dags/orders.py": PIPELINES, f"{helpers}/shared.py": SHARED}.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(text, encoding="utf-8")
    _git("init", "--quiet", "--initial-branch=main", cwd=work)
    _git("add", ".", cwd=work)
    _git("commit", "--quiet", "--message=first", cwd=work)
    _git("clone", "--quiet", "--bare", str(work), str(bare), cwd=tmp_path)
    recipe = Recipe(repo=bare.as_uri(), subdir=subdir, public=True)
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": recipe.bundles_json,
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": str(tmp_path / "bundles"),
        "AIRFLOW_CONN_GIT_DEFAULT": json.dumps({"conn_type": "git"}),
        "PYTHONPATH": str(ROOT),
    }

    done = subprocess.run(
        [sys.executable, "-c", _LOAD],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=environment,
        timeout=180,
    )
    assert "RESULT" in done.stdout, done.stderr
    dags, errors, version = json.loads(done.stdout.partition("RESULT")[2].splitlines()[0])

    assert version == _git("rev-parse", "HEAD", cwd=work)
    if found:
        assert (dags, errors) == (["orders"], {})
    else:
        assert dags == []
        assert "No module named 'company'" in "".join(errors.values())
