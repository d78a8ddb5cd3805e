"""
The pytest plugin: removes Airflow's parsing context before each test.

Airflow stores the requested DAG in environment variables and does not always remove them: after `dag.test()`, and in
child processes of tasks. While they are set, a loaded file defines only that DAG, or none.

The plugin imports nothing else from flowkit, since pytest imports plugins in every run.
"""

from __future__ import annotations

import os

import pytest

_CONTEXT = "_AIRFLOW_PARSING_CONTEXT_"


def pytest_configure() -> None:
    """
    Remove inherited variables before test modules are imported.
    """
    _drop()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """
    Remove variables that the previous test left.
    """
    _drop()


def _drop() -> None:
    for name in [name for name in os.environ if name.startswith(_CONTEXT)]:
        del os.environ[name]
