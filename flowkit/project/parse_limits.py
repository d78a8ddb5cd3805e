"""
Warns of files that come near Airflow's limits for parsing: its duration, and the size of what is stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, final

import attrs

from flowkit.analysis.sources import Sources
from flowkit.base.airflow_config import AirflowConfig
from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem
from flowkit.project.findings import CheckedFile

# The part of a limit that triggers a warning: a machine that runs Airflow is busier than this one.
_WARN_FRACTION: Final = 0.5
# To build and serialize one task; measured and rounded up.
_SECONDS_PER_TASK: Final = 0.001
# More than this should not be written to the database at each edit of a file.
_MAX_STORED_BYTES: Final = 20_000_000

_SPLIT_HINT: Final = "Split the pipelines into several files, and read data in tasks only."
_TIMING_HINT: Final = "Measure it: flowkit check --timing."


@final
@attrs.frozen
class Timing:
    """
    How long the DAG processor needs for one file. Times are in seconds.
    """

    file: str
    pipelines: int
    """The number of DAGs."""

    tasks: int
    """The total number of their tasks."""

    load: float
    """To execute the file, which builds its DAGs. `dagbag_import_timeout` limits this."""

    serialize: float
    """To serialize the DAGs. `dag_file_processor_timeout` limits the sum of both."""

    ended: bool = True
    """Whether it finished. It is stopped after twice the longest time that Airflow would allow."""

    problems: tuple[Problem, ...] = ()
    """What Airflow rejected. The checks of flowkit find most of it, too."""


def limits(
    file: CheckedFile, timing: Timing | None, configured: AirflowConfig, sources: Sources
) -> Iterator[Problem]:
    """
    Yield a warning for each limit that *file* comes near.

    Args:
        file: The file, with the time that it took to load.

        timing: The time that Airflow needed for it, if that was measured.

        configured: Airflow's configuration.

        sources: The texts of the files.
    """
    location = SourceLocation(file.file, file.line)
    load = max(file.seconds, timing.load if timing else 0.0)
    if _is_near(load, configured.import_timeout):
        yield _slow_load(load, configured.import_timeout, location)
    if timing is not None and _is_near(timing.load + timing.serialize, configured.processor_timeout):
        yield _slow_processing(timing, configured.processor_timeout, location)
    elif timing is None:
        expected = load + file.tasks * _SECONDS_PER_TASK
        if file.tasks and _is_near(expected, configured.processor_timeout):
            yield _many_tasks(file, configured.processor_timeout, location)
    size = len(sources[file.file].text)
    if size * len(file.locations) >= _MAX_STORED_BYTES:
        yield _large_source(size, len(file.locations), location)


def _is_near(seconds: float, limit: float) -> bool:
    return limit > 0 and seconds >= limit * _WARN_FRACTION


def _slow_load(seconds: float, limit: float, location: SourceLocation) -> Problem:
    message = (
        f"This file took {seconds:.1f} s to load. After {limit:g} s ([core] dagbag_import_timeout) Airflow gives up, "
        "and all its DAGs disappear."
    )
    return Problem("FK510", message, _SPLIT_HINT, location)


def _slow_processing(timing: Timing, limit: float, location: SourceLocation) -> Problem:
    seconds = timing.load + timing.serialize
    took = f"took Airflow {seconds:.1f} s" if timing.ended else f"took Airflow more than {seconds:.1f} s"
    message = (
        f"This file {took} to load, build and serialize. After {limit:g} s ([dag_processor] "
        "dag_file_processor_timeout) Airflow kills the process: its DAGs disappear without an import error."
    )
    return Problem("FK511", message, _SPLIT_HINT, location)


def _many_tasks(file: CheckedFile, limit: float, location: SourceLocation) -> Problem:
    message = (
        f"This file has {len(file.locations)} pipelines with {file.tasks} tasks. If Airflow needs more than {limit:g} "
        "s for it ([dag_processor] dag_file_processor_timeout), its DAGs disappear without an import error."
    )
    return Problem("FK511", message, _TIMING_HINT, location)


def _large_source(size: int, pipelines: int, location: SourceLocation) -> Problem:
    message = (
        f"Airflow stores the source of a file once for each of its DAGs: {pipelines} times {size / 1000:.0f} kB is "
        f"{size * pipelines / 1_000_000:.0f} MB at each edit."
    )
    hint = "Move configuration and functions into other modules, or split the pipelines into several files."
    return Problem("FK512", message, hint, location)
