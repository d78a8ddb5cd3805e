"""
Where files come near the limits that Airflow sets to parsing: how long it takes, and how much is stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, final

import attrs

from flowkit.analysis.sources import Sources
from flowkit.base.airflow_config import AirflowConfig
from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem
from flowkit.project.loading import LoadedFile

# A machine that runs Airflow has more to do than this one.
_NEAR: Final = 0.5
# To make and to serialize one task, in seconds; measured, and rounded up.
_PER_TASK: Final = 0.001
# What the database should not get at each edit of a file, in bytes.
_MUCH: Final = 20_000_000

_HINT: Final = "Spread the pipelines over several files, and leave the reading of data to tasks."
_TIMED: Final = "Ask how long it takes: flowkit check --timing."


@final
@attrs.frozen
class Timing:
    """
    What one file costs the DAG processor. Times are in seconds.
    """

    file: str
    pipelines: int
    """The number of DAGs."""

    tasks: int
    """The number of tasks of all of them."""

    load: float
    """To execute the file, which builds its DAGs. This is what `dagbag_import_timeout` bounds."""

    serialize: float
    """To serialize the DAGs. `dag_file_processor_timeout` bounds both together."""

    ended: bool = True
    """Whether it came to an end; it is stopped after the longest time that Airflow would give it, twice over."""


def limits(
    file: LoadedFile, timing: Timing | None, configured: AirflowConfig, sources: Sources
) -> Iterator[Problem]:
    """
    Yield the limits that *file* comes near.

    Args:
        file: The file, with the time that it took.

        timing: What Airflow needed for it, where that was measured.

        configured: What Airflow's configuration says.

        sources: The texts of the files.
    """
    location = SourceLocation(file.file, file.line or 1)
    load = max(file.seconds, timing.load if timing else 0.0)
    if _near(load, configured.import_timeout):
        yield _loading(load, configured.import_timeout, location)
    if timing is not None and _near(timing.load + timing.serialize, configured.processor_timeout):
        yield _processing(timing, configured.processor_timeout, location)
    elif timing is None:
        count = sum(len(pipeline.tasks) for pipeline in file.pipelines)
        if count and _near(load + count * _PER_TASK, configured.processor_timeout):
            yield _maybe_processing(file, count, configured.processor_timeout, location)
    size = len(sources[file.file].text)
    if size * len(file.pipelines) >= _MUCH:
        yield _storing(size, len(file.pipelines), location)


def _near(seconds: float, limit: float) -> bool:
    return limit > 0 and seconds >= limit * _NEAR


def _loading(seconds: float, limit: float, location: SourceLocation) -> Problem:
    message = (
        f"This file took {seconds:.1f} s to load. After {limit:g} s ([core] dagbag_import_timeout) Airflow gives up, "
        "and stops all its pipelines."
    )
    return _warning("FK510", message, _HINT, location)


def _processing(timing: Timing, limit: float, location: SourceLocation) -> Problem:
    seconds = timing.load + timing.serialize
    took = f"took Airflow {seconds:.1f} s" if timing.ended else f"took Airflow more than {seconds:.1f} s"
    message = (
        f"This file {took} to load, build and serialize. After {limit:g} s ([dag_processor] "
        "dag_file_processor_timeout) it is killed: no import error is left, and its DAGs vanish in silence."
    )
    return _warning("FK511", message, _HINT, location)


def _maybe_processing(file: LoadedFile, count: int, limit: float, location: SourceLocation) -> Problem:
    message = (
        f"{len(file.pipelines)} pipelines with {count} tasks stand in this file. Where Airflow needs more than "
        f"{limit:g} s for it ([dag_processor] dag_file_processor_timeout), its DAGs vanish in silence."
    )
    return _warning("FK511", message, _TIMED, location)


def _storing(size: int, pipelines: int, location: SourceLocation) -> Problem:
    message = (
        f"Airflow stores the source of a file once for each of its DAGs: {pipelines} times {size / 1000:.0f} kB are "
        f"{size * pipelines / 1_000_000:.0f} MB, at each edit."
    )
    hint = "Move configurations and functions into modules of their own, or spread the pipelines over several files."
    return _warning("FK512", message, hint, location)


def _warning(code: str, message: str, hint: str, location: SourceLocation) -> Problem:
    return Problem(code, message, hint, location)
