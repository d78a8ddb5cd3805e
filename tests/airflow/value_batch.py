"""
The pipelines of one batch of the fuzz test, for the DAG file that registers them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.airflow.value_places import PLACES

PIPELINES: list[tuple[str, str, Any]] = []
"""A dag_id, a place and a value each."""


def fill(batch: Sequence[tuple[str, Any]]) -> list[str]:
    """Make these the pipelines of the file, and return their ids."""
    PIPELINES[:] = [(f"pipeline_{number}", *item) for number, item in enumerate(batch)]
    return [name for name, _, _ in PIPELINES]


def configs() -> list[tuple[str, str, Any]]:
    """Return the pipelines of the file, each as its dag_id, its place and its value."""
    return PIPELINES


def dag_id(item: tuple[str, str, Any]) -> str:
    """Return the dag_id of the pipeline."""
    return item[0]


def build(item: tuple[str, str, Any]) -> Any:
    """Return the pipeline."""
    name, place, value = item
    return PLACES[place](name, value)
