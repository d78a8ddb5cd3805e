"""
The plugin for pytest, in a pytest of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

TESTS = """
import os, sys

AT_IMPORT = [name for name in os.environ if name.startswith("_AIRFLOW_PARSING_CONTEXT_")]

def test_nothing_is_inherited():
    assert AT_IMPORT == []

def test_one_test_leaves_a_context():
    os.environ["_AIRFLOW_PARSING_CONTEXT_DAG_ID"] = "etl"

def test_the_next_has_none():
    assert "_AIRFLOW_PARSING_CONTEXT_DAG_ID" not in os.environ

def test_a_test_may_set_one(monkeypatch):
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "etl")
    assert os.environ["_AIRFLOW_PARSING_CONTEXT_DAG_ID"] == "etl"

def test_nothing_more_is_imported():
    ours = {name for name in sys.modules if name.startswith("flowkit.")}
    assert ours == {"flowkit.testing", "flowkit.testing.pytest_plugin"}
    assert not {"airflow", "attrs"} & set(sys.modules)
"""


def test_each_test_starts_without_a_context(tmp_path: Path) -> None:
    """
    Neither what pytest inherited nor what another test left reaches a test; and nothing heavy is imported.
    """
    (tmp_path / "test_context.py").write_text(TESTS)
    (name,) = {entry.value for entry in entry_points(group="pytest11") if entry.name == "flowkit"}
    env = {**os.environ, "_AIRFLOW_PARSING_CONTEXT_DAG_ID": "etl", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", name, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=env,
    )

    assert "5 passed" in done.stdout, done.stdout


SIMULATED = """
from flowkit import Pipeline, python
from flowkit.testing import Simulate, assert_matches_plan

def load() -> None:
    raise ValueError("no such table")

def test_it(simulate: Simulate) -> None:
    run = simulate(Pipeline("sales").task("load", python(load)).task("after"))
    assert run["after"].state == "success"

def test_plan(tmp_path_factory) -> None:
    from pathlib import Path
    assert_matches_plan(Pipeline("sales").task("load"), Path(__file__).parent / "sales.json")
"""


def test_a_failed_test_shows_its_runs(tmp_path: Path) -> None:
    """
    The line in the user's function, then the table; `--update-plans` writes plans.
    """
    (tmp_path / "test_sales.py").write_text(SIMULATED)
    (name,) = {entry.value for entry in entry_points(group="pytest11") if entry.name == "flowkit"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", name, str(tmp_path)]
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

    def run(*more: str) -> str:
        done = subprocess.run(
            [*command, *more], capture_output=True, text=True, check=False, cwd=tmp_path, env=env
        )
        return done.stdout

    first = run()
    assert "2 failed" in first, first
    assert "test_sales.py:6: in load, task 'load': ValueError: no such table" in first
    assert "  after  upstream_failed  -" in first
    assert "There is no plan of pipeline 'sales'" in first
    assert "1 failed, 1 passed" in run("--update-plans")
    assert "1 failed, 1 passed" in run()
