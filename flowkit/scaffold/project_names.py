"""
The names and versions that a new project is generated with.
"""

from __future__ import annotations

import keyword
import re
import sys
import sysconfig
import unicodedata
from importlib.machinery import PathFinder
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, final

import attrs

from flowkit.base.airflow_versions import OLDEST
from flowkit.base.errors import FlowkitError

_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_SEPARATORS: Final = re.compile(r"[-_.]+")
_NON_ALPHANUMERIC: Final = re.compile(r"[^a-z0-9]+")
_FALLBACK: Final = "pipelines"
# Modules that the generated project contains.
_GENERATED_MODULES: Final = frozenset({"dags", "sales", "tests"})
# A project cannot depend on a distribution of its own name.
_DEPENDENCIES: Final = frozenset(
    {"airflow-flowkit", "apache-airflow", "flowkit", "mypy", "pyright", "pytest", "ruff"}
)


@final
@attrs.frozen
class ProjectNames:
    """
    The variables of the project templates.
    """

    project: str
    """The name in `pyproject.toml`."""

    package: str
    """The folder of shared code beside the DAG files. It shadows no installed module, and is shadowed by none."""

    python: str = attrs.field(factory=lambda: f"{sys.version_info.major}.{sys.version_info.minor}")
    """The version of Python that the project targets: that of this process."""

    airflow: str = attrs.field(factory=lambda: _version("apache-airflow", OLDEST))
    """The version of Airflow that the project targets: the installed one."""

    flowkit: str = attrs.field(factory=lambda: _version("airflow-flowkit", "0.1.0"))
    """The minimum version of flowkit: the installed one."""

    @classmethod
    def from_name(cls, name: str) -> ProjectNames:
        """
        Return the names of a project called *name*.

        Raises:
            FlowkitError: If *name* is not a valid project name.
        """
        if not _NAME.fullmatch(name):
            raise FlowkitError(
                f"Invalid project name {name!r}: use letters, digits, '-', '_' and '.', and begin and end with a "
                "letter or a digit."
            )
        project = _SEPARATORS.sub("-", name).lower()
        if project in _DEPENDENCIES:
            raise FlowkitError(f"The project depends on {project}: choose another name.")
        return cls(project, _package(project))

    @classmethod
    def from_folder(cls, folder: Path) -> ProjectNames:
        """
        Return the names of a project that is called after its *folder*.
        """
        # Accents are stripped: `läden` becomes `laden`, not `l-den`.
        letters = unicodedata.normalize("NFKD", folder.resolve().name.casefold()).encode("ascii", "ignore")
        project = _NON_ALPHANUMERIC.sub("-", letters.decode("ascii").lower()).strip("-") or _FALLBACK
        if project in _DEPENDENCIES:
            project = f"{project}-{_FALLBACK}"
        return cls(project, _package(project))


def _package(project: str) -> str:
    name = _NON_ALPHANUMERIC.sub("_", project).strip("_")
    if not name.isidentifier():
        name = f"{_FALLBACK}_{name}"
    if keyword.iskeyword(name) or name in _GENERATED_MODULES or _is_installed(name):
        name = f"{name}_{_FALLBACK}"
    return name


def _is_installed(name: str) -> bool:
    # Airflow appends the DAG folder to `sys.path`: installed modules take precedence.
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    return name in sys.stdlib_module_names or PathFinder.find_spec(name, sorted(folders)) is not None


def _version(distribution: str, fallback: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return fallback
