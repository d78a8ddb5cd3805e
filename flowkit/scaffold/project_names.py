"""
What a new project is called, and what follows from it.
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
_OTHERS: Final = re.compile(r"[^a-z0-9]+")
_OTHERWISE: Final = "pipelines"
# Modules that the project has already.
_OURS: Final = frozenset({"dags", "sales", "tests"})
# pip takes a project of the name of one of its dependencies for that dependency.
_TAKEN: Final = frozenset(
    {"airflow-flowkit", "apache-airflow", "flowkit", "mypy", "pyright", "pytest", "ruff"}
)


@final
@attrs.frozen
class Names:
    """
    The values that the templates ask for.
    """

    project: str
    """As `pyproject.toml` has it."""

    package: str
    """The folder of shared code beside the DAG files. No installed module has that name: Airflow would take it."""

    python: str = attrs.field(factory=lambda: f"{sys.version_info.major}.{sys.version_info.minor}")
    """The version of Python that the project is for: the one that runs."""

    airflow: str = attrs.field(factory=lambda: _version("apache-airflow", OLDEST))
    """The version of Airflow that the project is for: the one that is installed."""

    flowkit: str = attrs.field(factory=lambda: _version("airflow-flowkit", "0.1.0"))
    """The oldest version of flowkit that the project works with: this one."""

    @classmethod
    def given(cls, name: str) -> Names:
        """
        Return the names of a project that is called *name*.

        Raises:
            FlowkitError: If no project can be called that.
        """
        if not _NAME.fullmatch(name):
            raise FlowkitError(
                f"No project can be called {name!r}: names have letters, digits, '-', '_' and '.', and begin and end "
                "with a letter or a digit."
            )
        project = _SEPARATORS.sub("-", name).lower()
        if project in _TAKEN:
            raise FlowkitError(f"{project} is what the project will depend on: give it another name.")
        return cls(project, _package(project))

    @classmethod
    def of(cls, folder: Path) -> Names:
        """
        Return the names of a project in *folder* that has been given no name.
        """
        # Letters without their accents: `läden` is better called `laden` than `l-den`.
        letters = unicodedata.normalize("NFKD", folder.resolve().name.casefold()).encode("ascii", "ignore")
        project = _OTHERS.sub("-", letters.decode("ascii").lower()).strip("-") or _OTHERWISE
        if project in _TAKEN:
            project = f"{project}-{_OTHERWISE}"
        return cls(project, _package(project))


def _package(project: str) -> str:
    name = _OTHERS.sub("_", project).strip("_")
    if not name.isidentifier():
        name = f"{_OTHERWISE}_{name}"
    if keyword.iskeyword(name) or name in _OURS or _is_installed(name):
        name = f"{name}_{_OTHERWISE}"
    return name


def _is_installed(name: str) -> bool:
    # Airflow puts the DAG folder at the end of Python's path: what is installed wins.
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    return name in sys.stdlib_module_names or PathFinder.find_spec(name, sorted(folders)) is not None


def _version(distribution: str, otherwise: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return otherwise
