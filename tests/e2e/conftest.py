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
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    An empty database that is up to date: the twelve seconds that it takes are spent once.
    """
    return migrated(tmp_path_factory.mktemp("database"))


@pytest.fixture(scope="module")
def start_airflow(
    migrated_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StartAirflow]:
    """
    A function that starts an Airflow. It ends with the tests of the module.
    """
    with ExitStack() as servers:

        def start(**options: Any) -> AirflowServer:
            options.setdefault("database", migrated_database)
            return servers.enter_context(AirflowServer(tmp_path_factory.mktemp("airflow"), **options))

        yield start
