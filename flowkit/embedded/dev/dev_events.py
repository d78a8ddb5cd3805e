"""
The events of `flowkit dev`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias, final

import attrs

from flowkit.base.problems import Problem
from flowkit.embedded.dev.snapshots import Changed


@final
@attrs.frozen
class Starting:
    """
    A step that takes a while has started.
    """

    what: str


@final
@attrs.frozen
class Ready:
    """
    Airflow is running.
    """

    url: str

    pipelines: int
    """The number of flowkit's pipelines."""

    files: int
    """The number of DAG files, including those written without flowkit."""


@final
@attrs.frozen
class Inspected:
    """
    Files were inspected: what changed in them, and their problems.
    """

    changed: tuple[Changed, ...]
    findings: tuple[Problem, ...]
    failure: str = ""
    """Why the files could not be inspected."""

    first: bool = False
    """Whether this is the inspection at the start, before any save."""


@final
@attrs.frozen
class Live:
    """
    Airflow shows what was saved.
    """

    files: tuple[Path, ...]
    """The DAG files that were saved, or that import or read a saved file."""

    seconds: float
    """The time from the save until Airflow's database shows it."""

    changed: tuple[Changed, ...] = ()

    wrong: bool = False
    """Whether Airflow shows problems of these files that flowkit has reported."""

    refused: tuple[tuple[str, str], ...] = ()
    """Files that only Airflow rejects, with its error messages."""

    first: bool = False
    """Whether this is the first parse of all files, before any save."""


@final
@attrs.frozen
class Late:
    """
    Airflow does not show a save yet.
    """

    files: tuple[Path, ...]
    seconds: float


@final
@attrs.frozen
class DiskLow:
    """
    The disk is nearly full.
    """

    folder: Path
    free: int
    """In bytes."""


@final
@attrs.frozen
class Crashed:
    """
    A process of Airflow has exited by itself.
    """

    component: str
    code: int
    log: Path
    tail: str
    restarting: bool
    """Whether it is being restarted."""


@final
@attrs.frozen
class StubsWritten:
    """
    Stubs were written or removed, since files import other operators than before.
    """

    files: tuple[Path, ...]

    failure: str
    """Why one of them could not be written; empty if all were."""


Event: TypeAlias = "Starting | Ready | Inspected | Live | Late | DiskLow | Crashed | StubsWritten"
