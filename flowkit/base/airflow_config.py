"""
The configuration and the version of the installed Airflow, read without importing Airflow.
"""

from __future__ import annotations

import configparser
import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final, final

from flowkit.base.errors import RunError
from flowkit.base.record import record

BUNDLE: Final = "flowkit"
"""The name of the only DAG bundle of an embedded Airflow. Its folder is empty: the DAGs are written to the database."""

_IMPORT_TIMEOUT_S: Final = 30.0
_PROCESSOR_TIMEOUT_S: Final = 50.0
_ALLOWED_CLASSES: Final = "airflow.*"
_MAX_EXPANSIONS: Final = 16
# Of the options that flowkit reads, those that Airflow also reads under an older name.
_OLDER_NAMES: Final = {
    ("dag_processor", "dag_file_processor_timeout"): ("core", "dag_file_processor_timeout"),
}


@final
@record
class AirflowConfig:
    """
    The options of the installed Airflow that flowkit takes into account.
    """

    dags_folder: Path | None = None
    """The folder with the DAGs, `[core] dags_folder`; `None` if it is not set."""

    import_timeout: float = _IMPORT_TIMEOUT_S
    """How many seconds a file may take to load, `[core] dagbag_import_timeout`. 0: no limit."""

    processor_timeout: float = _PROCESSOR_TIMEOUT_S
    """
    How many seconds the DAG processor may work on a file, `[dag_processor] dag_file_processor_timeout`. After that it
    is killed, and leaves no import error.
    """

    sensitive_names: frozenset[str] = frozenset()
    """Names whose values are masked in addition to Airflow's own, `[core] sensitive_var_conn_names`."""

    allowed_classes: tuple[str, ...] = (_ALLOWED_CLASSES,)
    """Globs of the classes that may be read from XCom, `[core] allowed_deserialization_classes`."""

    allowed_class_patterns: tuple[str, ...] = ()
    """Regular expressions for the same, `[core] allowed_deserialization_classes_regexp`."""

    @classmethod
    def read(cls) -> AirflowConfig:
        """
        Return the options that this process's environment and Airflow's configuration file set, or Airflow's defaults.
        """
        # flowkit's embedded Airflow sets the folder of a single command, which is not that of the project.
        bundles = os.environ.get("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", "")
        is_embedded = f'"name": "{BUNDLE}"' in bundles
        folder = None if is_embedded else option("core", "dags_folder")
        names = option("core", "sensitive_var_conn_names") or ""
        globs = option("core", "allowed_deserialization_classes")
        return cls(
            Path(os.path.abspath(folder)) if folder else None,  # noqa: PTH100
            _seconds(option("core", "dagbag_import_timeout"), _IMPORT_TIMEOUT_S),
            _seconds(option("dag_processor", "dag_file_processor_timeout"), _PROCESSOR_TIMEOUT_S),
            frozenset(name.strip().lower() for name in names.split(",") if name.strip()),
            tuple((_ALLOWED_CLASSES if globs is None else globs).split()),
            tuple((option("core", "allowed_deserialization_classes_regexp") or "").split()),
        )


def option(section: str, key: str) -> str | None:
    """
    Return an option as Airflow's `conf.get(section, key)` does; `None` where only Airflow's default applies.

    The environment variable `AIRFLOW__SECTION__KEY` takes precedence over the configuration file, and in each of them
    the option's name over an older name. Variables and `~` in values are expanded.

    Airflow also asks `AIRFLOW__SECTION__KEY_CMD`, `…_SECRET` and their counterparts in the file, but only for options
    that it declares sensitive. flowkit reads none of those, and never executes a command or asks a secrets backend.
    """
    names = [(section, key)]
    if older := _OLDER_NAMES.get((section, key)):
        names.append(older)
    for name in names:
        value = os.environ.get("__".join(("AIRFLOW", *name)).upper())
        if value is not None:
            return _expanded(value)
    file = _parsed(_config_file())
    for name in names:
        if file.has_option(*name):
            return _expanded(_interpolated(file, *name))
    return None


def _config_file() -> Path:
    home = _expanded(os.environ.get("AIRFLOW_HOME", "~/airflow"))
    file = os.environ.get("AIRFLOW_CONFIG")
    return Path(home, "airflow.cfg") if file is None else Path(_expanded(file))


@lru_cache(maxsize=4)
def _parsed(file: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # Airflow's names are case-sensitive
    # Airflow does not start with a file that cannot be parsed; to say so is not flowkit's part.
    with suppress(OSError, configparser.Error, UnicodeDecodeError):
        parser.read_string(file.read_text("utf-8"))
    return parser


def _interpolated(file: configparser.ConfigParser, section: str, key: str) -> str:
    try:
        return file.get(section, key)
    except configparser.InterpolationError:  # Airflow refuses it; the plain text is the best guess
        return file.get(section, key, raw=True)


def _expanded(text: str) -> str:
    # As Airflow does it: until nothing changes any more. Airflow never ends on a variable that contains itself.
    for _ in range(_MAX_EXPANSIONS):
        expanded = os.path.expanduser(os.path.expandvars(text))  # noqa: PTH111 - the text may be no path
        if expanded == text:
            break
        text = expanded
    return text


def _seconds(text: str | None, default: float) -> float:
    try:
        return float(text) if text else default
    except ValueError:
        return default


def airflow_version() -> str:
    """
    Return the version of the installed Airflow.

    Raises:
        RunError: If Airflow is not installed.
    """
    # Imported late: it takes longer than everything else in this module.
    from importlib.metadata import PackageNotFoundError, version

    for name in ("apache-airflow-core", "apache-airflow"):
        with suppress(PackageNotFoundError):
            return version(name)

    msg = "Airflow is not installed in this environment. Install it with: pip install apache-airflow"
    raise RunError(msg)
