"""
Airflow's macros and filters for templates.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final, final

from flowkit.testing.simulation.stand_ins import not_simulated


@final
class Macros:
    """
    `macros` in templates.
    """

    datetime = dt.datetime
    timedelta = dt.timedelta
    time = time
    json = json

    @property
    def random(self) -> Callable[[], float]:
        """
        Returns a random number from 0 to 1.
        """
        function: Callable[[], float] = import_module("random").random
        return function

    @property
    def uuid(self) -> Any:
        """
        The module `uuid`.
        """
        return import_module("uuid")

    @property
    def dateutil(self) -> Any:
        """
        The module `dateutil`.
        """
        import_module("dateutil.parser")
        return import_module("dateutil")

    @staticmethod
    def ds_add(ds: str, days: int) -> str:
        """
        Return the date *ds* and so many days.
        """
        return str((dt.date.fromisoformat(str(ds)) + dt.timedelta(days)).isoformat())

    @staticmethod
    def ds_format(ds: str, input_format: str, output_format: str) -> str:
        """
        Return the date *ds* in another format.
        """
        parsed = dt.datetime.strptime(str(ds), input_format)  # noqa: DTZ007 - a date
        return parsed.strftime(output_format)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        not_simulated(f"macros.{name}")


def _formatted(form: str) -> Callable[[Any], str | None]:
    return lambda value: None if value is None else value.strftime(form)


FILTERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "ds": _formatted("%Y-%m-%d"),
    "ds_nodash": _formatted("%Y%m%d"),
    "ts": lambda value: None if value is None else value.isoformat(),
    "ts_nodash": _formatted("%Y%m%dT%H%M%S"),
    "ts_nodash_with_tz": lambda value: (
        None if value is None else value.isoformat().replace("-", "").replace(":", "")
    ),
}
"""The filters that Airflow adds to Jinja."""
