"""
flowkit's plugin for pytest: each test starts without the parsing context that Airflow may have left behind.

Airflow sets variables in the environment that say which DAG it needs, and does not always remove them: after
`dag.test()`, and in whatever a task starts. A file that is loaded while they are there has one DAG, or none.

It imports nothing else of flowkit: pytest imports its plugins at each start, and most tests need nothing of them.
"""

from __future__ import annotations

import os

import pytest

_CONTEXT = "_AIRFLOW_PARSING_CONTEXT_"


def pytest_configure() -> None:
    """
    Drop what this process has inherited, before test modules are imported.
    """
    _drop()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """
    Drop what the test before has left.
    """
    _drop()


def _drop() -> None:
    for name in [name for name in os.environ if name.startswith(_CONTEXT)]:
        del os.environ[name]
