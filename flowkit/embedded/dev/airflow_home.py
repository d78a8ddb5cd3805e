"""
The folder of the Airflow of `flowkit dev`, and the settings that make it fast and limit it to one DAG folder.

Imports no Airflow: Airflow reads its settings once, when it is imported, in its own processes.
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
from flowkit.embedded.dev.host_guard import LOOPBACK
from flowkit.embedded.dev.live_pages import VARIABLE as LIVE_PAGES
from flowkit.embedded.home import Home, config_error, environment
from flowkit.embedded.private_files import discard_unless_regular, make_private_folder, write_private_text

BUNDLE: Final = "dags"
"""The name of the DAG bundle, which Airflow's UI shows."""

# flowkit itself requests rescans of the folder. A periodic one would remove the errors of broken pipelines from the UI
# until their files are parsed again.
_ONE_YEAR_S: Final = str(365 * 24 * 60 * 60)
# How often files are parsed without a save, as they may depend on a database or a service.
_REPARSE_INTERVAL_S: Final = "300"
_CONNECTION_VARIABLE: Final = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
_DATABASE_PREFIX: Final = "airflow-"
_MIN_FREE_BYTES: Final = 200 * 1024 * 1024


@final
@attrs.frozen
class ServerHome:
    """
    The folder of one local Airflow. Its database, with the history of runs, is kept.
    """

    folder: Path

    version: str
    """Airflow's version."""

    @classmethod
    def of(cls, path: Path) -> ServerHome:
        """
        Return the home for the DAG folder *path*. Missing folders are created.

        Raises:
            RunError: If Airflow is not installed, or the folder cannot be written, or the disk is full.
        """
        top = Home.of(path).folder.parent
        home = cls(top / "dev", airflow_version())
        for folder in (home.folder, home.logs):
            make_private_folder(folder)
        config = home.folder / "airflow.cfg"
        if reason := config_error(config):
            msg = f"{config} cannot be read: {reason}. Correct it, or delete it: Airflow writes a new one."
            raise RunError(msg)
        try:
            discard_unless_regular(home.lock)
            # Airflow also scans hidden folders. This pattern matches all files in both syntaxes of `.airflowignore`.
            write_private_text(top / ".airflowignore", "[!.]*\n")
            free = shutil.disk_usage(home.folder).free
        except OSError as error:
            msg = f"flowkit cannot write to {home.folder}, where it keeps its Airflow: {error.strerror or error}."
            raise RunError(msg) from error
        if free < _MIN_FREE_BYTES:
            msg = (
                f"The disk of {home.folder} is full: {free // 1024 // 1024} MB are left, and Airflow's database and "
                f"logs need {_MIN_FREE_BYTES // 1024 // 1024} MB. Free some space, or delete {top}, which only holds "
                "databases and logs of local runs."
            )
            raise RunError(msg)
        return home

    @property
    def database(self) -> Path:
        """
        Airflow's database, a SQLite file. Each version of Airflow has its own.
        """
        return self.folder / f"{_DATABASE_PREFIX}{self.version}.db"

    @property
    def earlier(self) -> tuple[str, Path] | None:
        """
        The newest version of Airflow before this one that has a database here, and that database.
        """
        # Imported here: needed only after an upgrade of Airflow.
        from packaging.version import InvalidVersion, Version

        databases = []
        for file in self.folder.glob(f"{_DATABASE_PREFIX}*.db"):
            with suppress(InvalidVersion):
                databases.append((Version(file.stem.removeprefix(_DATABASE_PREFIX)), file))
        older = [(version, file) for version, file in databases if version < Version(self.version)]
        if not older:
            return None
        version, file = max(older)
        return str(version), file

    @property
    def lock(self) -> Path:
        """
        The file whose lock is held while an Airflow runs here.
        """
        return self.folder / "dev.lock"

    @property
    def unfinished(self) -> Path:
        """
        The folder in which the database is set up. It is used only once it is complete.
        """
        return self.folder / "unfinished"

    @property
    def logs(self) -> Path:
        """
        The output of Airflow's processes, one file each, and the logs of tasks.
        """
        return self.folder / "logs"

    def log_of(self, component: str) -> Path:
        """
        The file for the output of one process.
        """
        return self.logs / f"{component}.log"

    @contextmanager
    def locked(self, url: str) -> Iterator[None]:
        """
        Hold the lock for running an Airflow here. It is released when the process exits, however that happens.

        Args:
            url: Where the UI will be, for the error message of the next process that tries.

        Raises:
            RunError: If another process holds the lock.
        """
        with self.lock.open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RunError(_already_running(file)) from None
            # Remove the entry of an earlier process.
            file.truncate(0)
            file.write(json.dumps({"pid": os.getpid(), "url": url}))
            file.flush()
            yield


def _already_running(file: IO[str]) -> str:
    file.seek(0)
    msg = "flowkit dev is already running for this project"
    with suppress(ValueError, KeyError):
        other = json.loads(file.read())
        msg += f", as process {other['pid']}: {other['url']}"
    return msg + "."


def migration_env(environment: Mapping[str, str], database: Path) -> dict[str, str]:
    """
    Return a copy of *environment* with which Airflow migrates *database*.
    """
    return {**environment, _CONNECTION_VARIABLE: f"sqlite:///{database}"}


def server_environment(
    base: Mapping[str, str], home: ServerHome, *, folder: Path, port: int
) -> dict[str, str]:
    """
    Return a copy of *base* with which Airflow's processes use *home* only and parse *folder* without delay.
    """
    bundle = {
        "name": BUNDLE,
        "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
        "kwargs": {"path": str(folder)},
    }
    private = environment(base, home.folder, state=home.folder, dags_folder=folder)
    return (
        private
        | _api_settings(port)
        | {
            _CONNECTION_VARIABLE: f"sqlite:///{home.database}",
            "AIRFLOW__CORE__MIN_SERIALIZED_DAG_FETCH_INTERVAL": "0",
            "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0",
            # Each of the executor's workers is a process; the default of 32 would mostly be idle.
            "AIRFLOW__CORE__PARALLELISM": "4",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
            "AIRFLOW__DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": "1",
            "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps([bundle]),
            "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": _REPARSE_INTERVAL_S,
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": _ONE_YEAR_S,
            # Keep the last good version of a broken pipeline in the UI.
            "AIRFLOW__DAG_PROCESSOR__STALE_DAG_THRESHOLD": _ONE_YEAR_S,
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home.logs),
            "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            LIVE_PAGES: "1",
        }
    )


def _api_settings(port: int) -> dict[str, str]:
    url = f"http://{LOOPBACK}:{port}"
    return {
        "AIRFLOW__API__ACCESS_CONTROL_ALLOW_ORIGINS": "",
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__HOST": LOOPBACK,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
        # flowkit guards this one.
        "AIRFLOW__API__SERVER_TYPE": "uvicorn",
        "AIRFLOW__API__SSL_CERT": "",
        "AIRFLOW__API__SSL_KEY": "",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
    }
