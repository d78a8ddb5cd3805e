"""
What Airflow's own configuration says that flowkit needs, without an import of Airflow.
"""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final, final

import attrs

from flowkit.base.errors import RunError

BUNDLE: Final = "flowkit"
"""The name of the one DAG bundle that an embedded Airflow has. Its folder is empty: the DAGs are written there."""

_IMPORT_TIMEOUT: Final = 30.0
_PROCESSOR_TIMEOUT: Final = 50.0


@final
@attrs.frozen
class AirflowConfig:
    """
    Settings of the Airflow that stands in the environment.
    """

    dags_folder: Path | None = None
    """The folder with the DAGs, `[core] dags_folder`, if somebody has set it."""

    import_timeout: float = _IMPORT_TIMEOUT
    """How long a file may take to load, in seconds: `[core] dagbag_import_timeout`. 0: as long as it likes."""

    processor_timeout: float = _PROCESSOR_TIMEOUT
    """
    How long the DAG processor may work on a file, in seconds: `[dag_processor] dag_file_processor_timeout`. After that
    it is killed, and leaves no import error.
    """

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> AirflowConfig:
        """
        Return what the variables in *environ* say, or else Airflow's configuration file, or else Airflow's defaults.
        """
        environ = os.environ if environ is None else environ
        file = _file(environ)
        folder = _find("core", "dags_folder", environ, file)
        # An embedded Airflow of flowkit's speaks of one folder for each command; that says nothing of the project.
        own = f'"name": "{BUNDLE}"' in environ.get("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", "")
        timeout = _seconds(_find("dag_processor", "dag_file_processor_timeout", environ, file))
        if timeout is None:
            # Its name before Airflow 3, which Airflow still reads.
            timeout = _seconds(_find("core", "dag_file_processor_timeout", environ, file))
        importing = _seconds(_find("core", "dagbag_import_timeout", environ, file))
        return cls(
            Path(os.path.abspath(Path(folder).expanduser())) if folder and not own else None,  # noqa: PTH100
            _IMPORT_TIMEOUT if importing is None else importing,
            _PROCESSOR_TIMEOUT if timeout is None else timeout,
        )


def _file(environ: Mapping[str, str]) -> configparser.RawConfigParser:
    home = environ.get("AIRFLOW_HOME") or "~/airflow"
    return _read(Path(environ.get("AIRFLOW_CONFIG") or Path(home) / "airflow.cfg").expanduser())


@lru_cache(maxsize=4)
def _read(path: Path) -> configparser.RawConfigParser:
    found = configparser.RawConfigParser(strict=False)
    # A file that is none of ours to read, or to mend, says nothing.
    with suppress(OSError, configparser.Error, UnicodeDecodeError):
        found.read_string(path.read_text("utf-8"))
    return found


def _find(
    section: str, key: str, environ: Mapping[str, str], file: configparser.RawConfigParser
) -> str | None:
    given = environ.get(f"AIRFLOW__{section.upper()}__{key.upper()}")
    found = file.get(section, key, fallback=None) if given is None else given
    return os.path.expandvars(found) if found else None


def _seconds(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def airflow_version() -> str:
    """
    Return the version of the Airflow that is installed.

    Raises:
        RunError: If none is.
    """
    # Late: it takes longer than all else in this module.
    from importlib.metadata import PackageNotFoundError, version

    for name in ("apache-airflow-core", "apache-airflow"):
        with suppress(PackageNotFoundError):
            return version(name)

    msg = "Airflow is not installed in this environment. Install it with: pip install apache-airflow"
    raise RunError(msg)
