"""
An AIRFLOW_HOME for the time of the tests, set before anything imports Airflow; and which tests may run side by side.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import support

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import DAG

# Tests construct few operators of each class; without the warm-up, they cover what happens to the many of a real file.
_QUICK_CONSTRUCTOR = os.environ.get("FLOWKIT_QUICK_CONSTRUCTOR", "always")
_HOME = Path(tempfile.mkdtemp(prefix="flowkit-tests-"))

# Airflow reads all of these when it is imported, and creates files where they say. Whatever the person who
# runs the tests has set for another Airflow must neither reach the tests nor be reached by them.
for _name in [name for name in os.environ if name.startswith(("AIRFLOW_", "_AIRFLOW_", "FLOWKIT_"))]:
    del os.environ[_name]
os.environ.update(
    AIRFLOW_HOME=str(_HOME),
    AIRFLOW__CORE__DAGS_FOLDER=str(_HOME / "dags"),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{_HOME / 'airflow.db'}",
    AIRFLOW__LOGGING__BASE_LOG_FOLDER=str(_HOME / "logs"),
    AIRFLOW__LOGGING__LOGGING_LEVEL="WARNING",
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED="False",
    FLOWKIT_QUICK_CONSTRUCTOR=_QUICK_CONSTRUCTOR,
    FLOWKIT_EXAMPLE_DB=str(_HOME / "example.sqlite"),
)
# pytest-xdist gives its workers a terminal of 80 columns, which wraps the tables that tests read.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.pop("COLUMNS", None)
(_HOME / "dags").mkdir()

# A shell lets its background jobs ignore Ctrl-C, and `nohup` the end of the terminal. What they start inherits that,
# and some tests send these signals.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_unconfigure() -> None:
    """
    Remove Airflow's home.
    """
    shutil.rmtree(_HOME, ignore_errors=True)


ONE_WORKER = (
    # Two Airflows at a time would be too slow for some of these tests.
    ("tests/e2e/",),
    # These share the results of the type checkers.
    ("tests/typing/test_typing.py", "tests/typing/test_mistakes.py"),
    # These share a cache of mypy.
    ("tests/test_ci.py", "tests/cli/test_init.py"),
)
"""By the beginnings of their ids: tests that `pytest -n` runs one after the other, in the same process."""


def _scope(nodeid: str) -> str:
    groups = (group[0] for group in ONE_WORKER if nodeid.startswith(group))
    return next(groups, nodeid.partition("::")[0])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """
    Let `pytest -n` run all tests of a file, or of one of the groups of `ONE_WORKER`, in the same process.
    """
    scheduler: Any = import_module("xdist.scheduler").LoadScopeScheduling(config, log)
    scheduler._split_scope = _scope
    return scheduler


@pytest.fixture(scope="session")
def airflow_home() -> Path:
    """
    The folder in which Airflow keeps everything during the tests.
    """
    return _HOME


@pytest.fixture(scope="session")
def airflow_db(airflow_home: Path) -> Path:
    """
    Airflow's database, empty and up to date. Takes about ten seconds, once.
    """
    from airflow.utils.db import initdb

    initdb()
    return airflow_home / "airflow.db"


@pytest.fixture(scope="session")
def dagbag() -> Callable[[Path], DagBag]:
    """
    A function that loads a file or a folder as Airflow does.
    """
    return support.load_dags


@pytest.fixture(scope="session")
def serialized() -> Callable[[DAG], dict[str, Any]]:
    """
    A function that gives what Airflow stores of a DAG.
    """
    return support.serialized
