"""
Where the Airflow of `flowkit dev` lives, and the settings that make it quick and leave it alone with one folder.

Imports no Airflow: Airflow reads its settings once, when it is imported, in processes of its own.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final, final

import attrs

from flowkit.base.airflow_config import airflow_version
from flowkit.base.errors import RunError
from flowkit.embedded.dev.live_pages import VARIABLE as LIVE_PAGES
from flowkit.embedded.home import Home, environment

BUNDLE: Final = "dags"
"""The name of the bundle, and so of the folder in Airflow's UI."""

# A year in seconds: flowkit says when a folder is to be looked through again. A look by the clock would take the
# errors of broken pipelines out of the UI until their files are parsed again.
_NEVER: Final = str(365 * 24 * 60 * 60)
# Files that read something else than the folder (a database, a service) are parsed again as often, in seconds.
_ANYWAY: Final = "300"
_CONNECTION: Final = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
_DATABASE: Final = "airflow-"
_LEAST_DISK: Final = 200 * 1024 * 1024


@final
@attrs.frozen
class ServerHome:
    """
    The folder of one local Airflow. Its database stays: runs of yesterday are there tomorrow.
    """

    folder: Path

    version: str
    """That of Airflow."""

    @classmethod
    def of(cls, path: Path) -> ServerHome:
        """
        Return the home for the DAG folder *path*, made where it is missing.

        Raises:
            RunError: If Airflow is not installed, or the folder cannot be written, or the disk is full.
        """
        top = Home.of(path).folder.parent
        home = cls(top / "dev", airflow_version())
        try:
            home.logs.mkdir(parents=True, exist_ok=True)
            # Airflow looks into folders that begin with a dot, too. This pattern means all files in both of the
            # languages that it may be set to.
            (top / ".airflowignore").write_text("[!.]*\n", encoding="utf-8")
            free = shutil.disk_usage(home.folder).free
        except OSError as error:
            msg = f"flowkit keeps its Airflow in {home.folder}, and cannot write there: {error.strerror or error}."
            raise RunError(msg) from error
        if free < _LEAST_DISK:
            msg = (
                f"The disk of {home.folder} is full: {free // 1024 // 1024} MB are left, and Airflow's database and "
                f"logs need {_LEAST_DISK // 1024 // 1024} MB. Make room, or delete {top}, which only holds "
                "databases and logs of local runs."
            )
            raise RunError(msg)
        return home

    @property
    def database(self) -> Path:
        """
        Airflow's database, a SQLite file. Each version of Airflow has its own.
        """
        return self.folder / f"{_DATABASE}{self.version}.db"

    @property
    def earlier(self) -> tuple[str, Path] | None:
        """
        The newest version of Airflow before this one that has a database here, and that database.
        """
        # Late: only a new version of Airflow asks.
        from packaging.version import InvalidVersion, Version

        found = []
        for file in self.folder.glob(f"{_DATABASE}*.db"):
            with suppress(InvalidVersion):
                found.append((Version(file.stem.removeprefix(_DATABASE)), file))
        before = [(version, file) for version, file in found if version < Version(self.version)]
        if not before:
            return None
        version, file = max(before)
        return str(version), file

    @property
    def unfinished(self) -> Path:
        """
        The folder in which the database is set up. It is not used before it is complete.
        """
        return self.folder / "unfinished"

    @property
    def logs(self) -> Path:
        """
        What the processes of Airflow print, a file for each; the logs of tasks are below it.
        """
        return self.folder / "logs"

    def log_of(self, component: str) -> Path:
        """
        The file for what one process prints.
        """
        return self.logs / f"{component}.log"

    @contextmanager
    def held(self, url: str) -> Iterator[None]:
        """
        Hold the one right to run an Airflow here. It goes with the process that holds it, however that ends.

        Args:
            url: Where the UI will be, for the error message of the next process that tries.

        Raises:
            RunError: If another process holds it.
        """
        with (self.folder / "dev.lock").open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RunError(_held_by(file)) from None
            # What an earlier one wrote there.
            file.truncate(0)
            file.write(json.dumps({"pid": os.getpid(), "url": url}))
            file.flush()
            yield


def _held_by(file: IO[str]) -> str:
    file.seek(0)
    msg = "flowkit dev already runs for this project"
    with suppress(ValueError, KeyError):
        other = json.loads(file.read())
        msg += f", as process {other['pid']}: {other['url']}"
    return msg + "."


def migrating(environment: Mapping[str, str], database: Path) -> dict[str, str]:
    """
    Return *environment* changed so that *database* is the one that is set up.
    """
    return {**environment, _CONNECTION: f"sqlite:///{database}"}


def server_environment(
    base: Mapping[str, str], home: ServerHome, *, folder: Path, port: int
) -> dict[str, str]:
    """
    Return *base* changed so that the processes of one Airflow live in *home* alone and parse *folder* at once.
    """
    bundle = {
        "name": BUNDLE,
        "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
        "kwargs": {"path": str(folder)},
    }
    url = f"http://127.0.0.1:{port}"
    return environment(base, home.folder, state=home.folder, dags_folder=folder) | {
        _CONNECTION: f"sqlite:///{home.database}",
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__CORE__MIN_SERIALIZED_DAG_FETCH_INTERVAL": "0",
        "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0",
        # Each of the executor's workers is a process: thirty-two of them would sleep here.
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": "1",
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps([bundle]),
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": _ANYWAY,
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": _NEVER,
        # The last good version of a broken pipeline stays in the UI.
        "AIRFLOW__DAG_PROCESSOR__STALE_DAG_THRESHOLD": _NEVER,
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home.logs),
        "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        LIVE_PAGES: "1",
    }
