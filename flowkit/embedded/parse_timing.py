"""
Asks Airflow how long it needs to load files, to build their DAGs and to serialize these.

Another process imports Airflow to measure it. This module starts that process, and imports no Airflow.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from flowkit.base.child_process import ChildProcess, log_tail
from flowkit.base.errors import RunError
from flowkit.base.problem_format import from_record
from flowkit.project.parse_limits import Timing


def measure(
    files: Sequence[str], folder: Path, *, longest: float, on_file: Callable[[str], None]
) -> Mapping[str, Timing]:
    """
    Return the timing of each of *files*, by path. Each is loaded in a process of its own, as Airflow does.

    Args:
        files: The paths of the files.

        folder: The DAG folder.

        longest: After how many seconds a file is stopped.

        on_file: Called with each file after it was measured.

    Raises:
        RunError: If Airflow is not installed, or cannot be started.
    """
    # Airflow's own limit would end what is to be measured.
    environment = {**os.environ, "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "0"}
    timings: dict[str, Timing] = {}
    with (
        tempfile.NamedTemporaryFile() as log,
        ChildProcess("flowkit.embedded.parse_timing_child", environment=environment, output=log) as child,
    ):
        child.send({"files": list(files), "folder": str(folder), "longest": longest})
        for event in child.events():
            problems = tuple(from_record(record) for record in event.pop("problems"))
            timing = Timing(**event, problems=problems)
            timings[timing.file] = timing
            on_file(timing.file)
        if child.process.wait():
            msg = f"Airflow could not be timed: its process failed.\n{log_tail(Path(log.name))}"
            raise RunError(msg)
    return timings
