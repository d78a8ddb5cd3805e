"""
Airflow's example DAGs, and their ports.
"""

from __future__ import annotations

import sysconfig
from importlib.metadata import version
from pathlib import Path

SITE = Path(sysconfig.get_path("purelib"))
FOLDERS = {
    "core": SITE / "airflow" / "example_dags",
    "standard": SITE / "airflow/providers/standard/example_dags",
}
PORTS = Path(__file__).parent / "ports"

PACKAGES = {"core": ("apache-airflow", "3.3.2"), "standard": ("apache-airflow-providers-standard", "1.21.0")}
"""By folder: the package that holds the examples, and the version that the ports were written for."""

DIFFERENT: dict[str, str] = {}
"""By dag_id: why a port cannot be identical. It is a strict expected failure: the day it can, the test says so."""

NOT_PORTED: dict[str, str] = {}
"""By file: why there is nothing to port."""

LONGER: dict[str, str] = {}
"""By file, without its ending: why a port has over a quarter more lines of code than the original."""


def examples() -> list[tuple[str, Path]]:
    """
    Return the files of the installed Airflow that hold example DAGs, each with the name of its folder.
    """
    return [
        (folder, file)
        for folder, path in FOLDERS.items()
        for file in sorted(path.glob("*.py"))
        if file.name != "__init__.py" and file.name not in NOT_PORTED
    ]


def other_version(folder: str) -> str | None:
    """
    Return why the examples of *folder* are others than those that were ported; `None` when they are the same.

    Examples change from release to release. The project pins the release, but an older Python may have an older one.
    """
    package, ported = PACKAGES[folder]
    installed = version(package)
    return (
        None
        if installed == ported
        else f"the ports are those of {package} {ported}; {installed} is installed"
    )


def port_of(folder: str, file: Path) -> Path:
    """
    Return where the port of an example stands.
    """
    return PORTS / folder / file.name
