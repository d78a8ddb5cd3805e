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
