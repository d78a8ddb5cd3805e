"""
The folder in which flowkit keeps an Airflow of the project's own, and the environment that leads Airflow there.

Imports no Airflow: Airflow reads these variables once, when it is imported, so they have to be there first.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import final

import attrs

from flowkit.base.airflow_config import BUNDLE, airflow_version
from flowkit.base.errors import RunError
from flowkit.base.parsing_context import PARSING_CONTEXT
from flowkit.project.root import project_root

_FOLDER = ".flowkit"
_DAY = 24 * 60 * 60

# What would lead away from the project's folder: another database, another configuration file, task logs in a
# bucket, executors and users of a real installation.
_FOREIGN = (
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

# Lines that say how Airflow works, in the log of each task: they would bury those of the task.
_QUIET = {
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
        Return the home for the project that *path* belongs to, made where it is missing.

        Raises:
            RunError: If Airflow is not installed, or the folder cannot be written.
        """
        top = project_root(path) / _FOLDER
        home = cls(top / f"airflow-{airflow_version()}")
        try:
            for folder in (home.empty, home.runs, home.logs):
                folder.mkdir(parents=True, exist_ok=True)
            ignore = top / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
        except OSError as error:
            msg = f"flowkit keeps its Airflow in {top}, and cannot write there: {error.strerror or error}."
            raise RunError(msg) from error
        return home

    @property
    def template(self) -> Path:
        """
        A database that is set up and empty; each run gets a copy. Stands there only when it is complete.
        """
        return self.folder / "template.db"

    @property
    def empty(self) -> Path:
        """
        The folder of the bundle. Nothing is ever in it, so that Airflow never parses anything on its own.
        """
        return self.folder / "empty"

    @property
    def runs(self) -> Path:
        """
        One folder for each run under way.
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
        Make a folder for one run. Folders that killed runs left behind are removed after a day.
        """
        for old in self.runs.iterdir():
            with suppress(OSError):
                if old.stat().st_mtime < time.time() - _DAY:
                    shutil.rmtree(old, ignore_errors=True)

        return Path(tempfile.mkdtemp(prefix=time.strftime("%Y%m%dT%H%M%S-"), dir=self.runs))

    @contextmanager
    def setting_up(self, on_wait: Callable[[], None]) -> Iterator[None]:
        """
        Hold the one right to set up this home. The lock goes with the process that holds it, however that ends.

        Args:
            on_wait: Called when another process holds it, before the wait.
        """
        with (self.folder / "setup.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                on_wait()
                fcntl.flock(file, fcntl.LOCK_EX)
            yield


def environment(base: Mapping[str, str], home: Path, *, state: Path, dags_folder: Path) -> dict[str, str]:
    """
    Return *base* changed so that an Airflow imported with it lives in *home* alone.

    Args:
        base: The environment to start from. Connections, variables and secrets backends in it are kept.

        home: The folder that becomes `AIRFLOW_HOME`.

        state: The folder for the database and the task logs.

        dags_folder: What `conf.get("core", "dags_folder")` says. Airflow parses nothing there by itself.
    """
    env = {name: value for name, value in base.items() if not name.startswith((PARSING_CONTEXT, *_FOREIGN))}
    bundle = {
        "name": BUNDLE,
        "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
        "kwargs": {"path": str(home / "empty")},
    }
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
        "AIRFLOW__LOGGING__NAMESPACE_LEVELS": ",".join(f"{name}={level}" for name, level in _QUIET.items()),
    }
