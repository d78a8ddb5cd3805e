"""
What the tasks of a simulated run know about the run.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, Final, Literal, TypeAlias, final

import attrs

RunType: TypeAlias = Literal["manual", "scheduled"]

DEFAULT_LOGICAL_DATE: Final = datetime(2026, 1, 1, tzinfo=timezone.utc)
"""A fixed date: a test must not depend on the day on which it runs."""


@final
@attrs.frozen(kw_only=True)
class RunInfo:
    """
    The run that a simulation stands for.
    """

    dag_id: str
    logical_date: datetime | None
    data_interval: tuple[datetime, datetime] | None
    run_type: RunType
    latest: bool
    """Of a scheduled run: whether it is the latest, for `LatestOnlyOperator`."""

    conf: Mapping[str, Any]

    @property
    def run_id(self) -> str:
        """
        The id of the run, in the form that Airflow gives it.
        """
        date = self.logical_date or DEFAULT_LOGICAL_DATE
        return f"{self.run_type}__{date.isoformat()}"


def with_zone(moment: datetime) -> datetime:
    """
    Return *moment* in UTC if it has no time zone.
    """
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)


def as_pendulum(moment: datetime | None) -> Any:
    """
    Return *moment* as Airflow gives it to tasks: as a pendulum `DateTime`, where pendulum is installed.
    """
    if moment is None:
        return None
    pendulum: Any = sys.modules.get("pendulum")
    if pendulum is None:
        try:
            import pendulum  # late: it takes tens of milliseconds
        except ImportError:
            return moment
    return pendulum.instance(moment)
