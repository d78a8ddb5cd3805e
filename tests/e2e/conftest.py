"""
Fixtures that start a real Airflow.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.airflow_server import AirflowServer, StartAirflow, migrated


@pytest.fixture(scope="session")
def database_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Where the database of `migrated` is, once somebody has asked for it.
    """
    return tmp_path_factory.mktemp("database")


@pytest.fixture(scope="session")
def migrated_database(database_folder: Path) -> Path:
    """
    An empty database that is up to date: the twelve seconds that it takes are spent once.
    """
    return migrated(database_folder)


@pytest.fixture(scope="module")
def start_airflow(database_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartAirflow]:
    """
    A function that starts an Airflow. It ends with the tests of the module.
    """
    with ExitStack() as servers:

        def start(**options: Any) -> AirflowServer:
            if options.get("connection") is None:
                options.setdefault("database", migrated(database_folder))
            return servers.enter_context(AirflowServer(tmp_path_factory.mktemp("airflow"), **options))

        yield start
