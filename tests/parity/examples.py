"""
Airflow's example DAGs, and their ports.
"""

from __future__ import annotations

import sysconfig
from pathlib import Path

SITE = Path(sysconfig.get_path("purelib"))
FOLDERS = {
    "core": SITE / "airflow" / "example_dags",
    "standard": SITE / "airflow/providers/standard/example_dags",
}
PORTS = Path(__file__).parent / "ports"

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


def port_of(folder: str, file: Path) -> Path:
    """
    Return where the port of an example stands.
    """
    return PORTS / folder / file.name
