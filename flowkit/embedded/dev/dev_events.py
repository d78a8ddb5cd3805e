"""
What `flowkit dev` has to tell.
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
    Something is being started, and this takes a while.
    """

    what: str


@final
@attrs.frozen
class Ready:
    """
    Airflow works.
    """

    url: str

    pipelines: int
    """Those of flowkit's."""

    files: int
    """The DAG files, also those of DAGs that are written without flowkit."""


@final
@attrs.frozen
class Found:
    """
    A look at files: what changed in them, and what is wrong with them.
    """

    changed: tuple[Changed, ...]
    findings: tuple[Problem, ...]
    died: str = ""
    """Why there was no look at all."""

    first: bool = False
    """Whether nothing was saved: these are the files as they were at the start."""


@final
@attrs.frozen
class Live:
    """
    Airflow shows what was saved.
    """

    files: tuple[Path, ...]
    """The DAG files that were saved, or that import or read what was saved."""

    seconds: float
    """The time from the save to the moment at which Airflow's database shows it."""

    changed: tuple[Changed, ...] = ()

    wrong: bool = False
    """Whether Airflow shows problems of them that flowkit has told."""

    refused: tuple[tuple[str, str], ...] = ()
    """Files that flowkit finds good and Airflow does not, and what it says."""

    first: bool = False
    """Whether nothing was saved: Airflow has read all files after its start."""


@final
@attrs.frozen
class Late:
    """
    Airflow does not show yet what was saved.
    """

    files: tuple[Path, ...]
    seconds: float


@final
@attrs.frozen
class NoRoom:
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
    A process of Airflow has ended by itself.
    """

    component: str
    code: int
    log: Path
    tail: str
    again: bool
    """Whether it is being started again."""


Event: TypeAlias = "Starting | Ready | Found | Live | Late | NoRoom | Crashed"
