"""
The folder of the project's private Airflow, and the environment variables that point Airflow to it.

Imports no Airflow: Airflow reads these variables once, when it is imported, so they must be set before.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigParserError
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import final

import attrs

from flowkit.base.airflow_config import BUNDLE, AirflowConfig, airflow_version
from flowkit.base.errors import RunError
from flowkit.base.parsing_context import PARSING_CONTEXT
from flowkit.base.paths import is_file
from flowkit.embedded.private_files import (
    discard,
    discard_unless_regular,
    is_regular,
    make_private_folder,
    write_private_text,
)
from flowkit.project.root import project_root

_FOLDER = ".flowkit"
_MAX_RUN_AGE_S = 24 * 60 * 60

# Settings of another installation: its database, configuration file, remote task logs, executors and users.
_REMOVED = (
    "AIRFLOW_CONFIG",
    "AIRFLOW_HOME",
    "AIRFLOW__API_AUTH__",
    "AIRFLOW__CORE__AUTH_MANAGER",
    "AIRFLOW__CORE__EXECUTOR",
    "AIRFLOW__CORE__FERNET_KEY",
    "AIRFLOW__CORE__MULTI_TEAM",
    "AIRFLOW__CORE__SQL_ALCHEMY_",
    "AIRFLOW__CORE__UNIT_TEST_MODE",
    "AIRFLOW__DAG_PROCESSOR__",
    "AIRFLOW__DATABASE__",
    "AIRFLOW__LOGGING__",
    "AIRFLOW__METRICS__",
    "AIRFLOW__SENTRY__",
    "AIRFLOW__TRACES__",
)

# Airflow's own log lines would bury those of the task.
_LEVELS = {
    "airflow.api_fastapi": "WARNING",
    "airflow.dag_processing": "WARNING",
    "airflow.models": "WARNING",
    "airflow.sdk.definitions": "WARNING",
    "airflow.serialization": "WARNING",
    "airflow.utils.db": "WARNING",
    "alembic": "WARNING",
    "httpx": "WARNING",
    "task": "WARNING",
}


@final
@attrs.frozen
class Home:
    """
    The folder of one project for one version of Airflow.
    """

    folder: Path

    @classmethod
    def of(cls, path: Path) -> Home:
        """
        Return the home for the project that *path* belongs to. Missing folders are created.

        Raises:
            RunError: If Airflow is not installed, or the folder cannot be written, or something else has its name.
        """
        top = project_root(path) / _FOLDER
        home = cls(top / f"airflow-{airflow_version()}")
        for folder in (top, home.folder, home.empty, home.runs, home.logs):
            make_private_folder(folder)
        try:
            ignore = top / ".gitignore"
            if not is_regular(ignore):
                write_private_text(ignore, "*\n")
            discard_unless_regular(home.template, home.lock)
            if not _is_config(home.folder / "airflow.cfg"):
                # Airflow writes another one.
                discard(home.folder / "airflow.cfg")
        except OSError as error:
            msg = f"flowkit cannot write to {top}, where it keeps its Airflow: {error.strerror or error}."
            raise RunError(msg) from error
        return home

    @property
    def template(self) -> Path:
        """
        A migrated, empty database; each run gets a copy. The file exists only once it is complete.
        """
        return self.folder / "template.db"

    @property
    def lock(self) -> Path:
        """
        The file whose lock is held while this home is set up.
        """
        return self.folder / "setup.lock"

    @property
    def empty(self) -> Path:
        """
        The folder of the bundle. It is always empty, so that Airflow parses nothing on its own.
        """
        return self.folder / "empty"

    @property
    def runs(self) -> Path:
        """
        One folder for each active run.
        """
        return self.folder / "runs"

    @property
    def logs(self) -> Path:
        """
        The log of the last run of each pipeline.
        """
        return self.folder / "logs"

    def new_run(self) -> Path:
        """
        Create a folder for one run. Folders left behind by killed runs are deleted after a day.
        """
        for old in self.runs.iterdir():
            with suppress(OSError):
                if old.stat().st_mtime < time.time() - _MAX_RUN_AGE_S:
                    shutil.rmtree(old, ignore_errors=True)

        return Path(tempfile.mkdtemp(prefix=time.strftime("%Y%m%dT%H%M%S-"), dir=self.runs))

    @contextmanager
    def setting_up(self, on_wait: Callable[[], None]) -> Iterator[None]:
        """
        Hold the lock for setting up this home. It is released when the process exits, however that happens.

        Args:
            on_wait: Called before waiting, if another process holds the lock.
        """
        with self.lock.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                on_wait()
                fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _is_config(file: Path) -> bool:
    """
    Return whether Airflow can read its configuration, if there is one.
    """
    return config_error(file) is None


def config_error(file: Path) -> str | None:
    """
    Return why Airflow could not read *file*; `None` if it could, or would write it.
    """
    if not os.path.lexists(file):
        return None
    if not is_file(file):
        return "it is not a file"
    try:
        parser = ConfigParser(interpolation=None, strict=False, allow_no_value=True)
        parser.read_string(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, ConfigParserError) as error:
        return str(error).splitlines()[0]
    return None


def environment(base: Mapping[str, str], home: Path, *, state: Path, dags_folder: Path) -> dict[str, str]:
    """
    Return a copy of *base* with which Airflow uses *home* only.

    Args:
        base: The environment to start from. Connections, variables and secrets backends in it are kept.

        home: The folder that becomes `AIRFLOW_HOME`.

        state: The folder for the database and the task logs.

        dags_folder: The value of `[core] dags_folder`. Airflow parses nothing there by itself.
    """
    env = {name: value for name, value in base.items() if not name.startswith((PARSING_CONTEXT, *_REMOVED))}
    bundle = {
        "name": BUNDLE,
        "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
        "kwargs": {"path": str(home / "empty")},
    }
    # The user's Airflow is configured elsewhere, but what it masks is masked here, too.
    if names := AirflowConfig.read().sensitive_names:
        env["AIRFLOW__CORE__SENSITIVE_VAR_CONN_NAMES"] = ",".join(sorted(names))
    return env | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags_folder),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__AUTH_MANAGER": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps([bundle]),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{state / 'airflow.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(state / "logs"),
        "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
        "AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": "0o600",
        "AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": "0o700",
        "AIRFLOW__LOGGING__NAMESPACE_LEVELS": ",".join(f"{name}={level}" for name, level in _LEVELS.items()),
    }
