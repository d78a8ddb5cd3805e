"""
What a test may tell `simulate` about the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from flowkit.testing.simulation.actions import Operators
from flowkit.testing.simulation.run_info import RunType
from flowkit.testing.simulation.task_stubs import Stub


class SimulationOptions(TypedDict, total=False):
    """
    The arguments of `simulate`, all of them optional.
    """

    conf: Mapping[str, Any] | None
    """The configuration of the run. It overrides params, as in Airflow."""

    logical_date: datetime | None
    """
    The logical date; without a time zone it is in UTC. By default it is 1 January 2026: a test must not depend on the
    day on which it runs. `None`: the run has none.
    """

    data_interval: tuple[datetime, datetime] | None
    """The data interval; by default it begins and ends at the logical date."""

    run_type: RunType
    """`"manual"`, which is the default, or `"scheduled"`."""

    latest: bool
    """Whether a scheduled run is the latest one, which `LatestOnlyOperator` asks; by default it is."""

    stubs: Mapping[str | type[Any], Stub]
    """By task id or class of operators: a function that gets the call, a value, or an exception to raise."""

    operators: Operators
    """
    What operators without a stub do. `"auto"`, the default: they are recorded and give `None`; those whose result a
    task uses, or that choose a branch, need a stub. `"record"`: they give `None`. `"strict"`: all need a stub.
    """

    variables: Mapping[str, Any]
    """Airflow's variables, by name: texts, or values that are written as JSON."""

    connections: Mapping[str, Any]
    """Airflow's connections, by id: URIs, mappings of their fields, or `Connection` objects."""

    max_pokes: int
    """How often a sensor is asked before it times out; 100 by default."""
