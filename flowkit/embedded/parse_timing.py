"""
Asks Airflow how long it needs for files: to load them, to build their DAGs, and to serialize these.

That happens in another process, which imports Airflow. This module is the side that starts it, and imports none.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from flowkit.base.errors import RunError
from flowkit.project.parse_limits import Timing

# The import path is handed over as it is: `-m` would put the working folder first, and with it any `airflow/` there.
_START: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from flowkit.embedded.parse_timing_child import main; main(int(sys.argv[2]))"
)
_LINES_OF_LOG: Final = 15


def measure(
    files: Sequence[str], folder: Path, *, longest: float, on_file: Callable[[str], None]
) -> Mapping[str, Timing]:
    """
    Return what each of *files* costs, by its path. Each is loaded in a process of its own, as Airflow does.

    Args:
        files: The paths of the files.

        folder: The DAG folder.

        longest: After how many seconds a file is given up.

        on_file: Called with each file when it was measured.

    Raises:
        RunError: If Airflow is not installed, or cannot be started.
    """
    events, events_out = os.pipe()
    # Airflow's own bound would end what is to be measured.
    env = {**os.environ, "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "0"}
    job = json.dumps({"files": list(files), "folder": str(folder), "longest": longest})
    found: dict[str, Timing] = {}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-c", _START, json.dumps(sys.path), str(events_out)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=(events_out,),
            env=env,
        )
        os.close(events_out)
        try:
            with suppress(BrokenPipeError):
                _send(process, job)
            with os.fdopen(events, encoding="utf-8") as lines:
                for line in lines:
                    timing = Timing(**json.loads(line))
                    found[timing.file] = timing
                    on_file(timing.file)
            code = process.wait()
        finally:
            process.kill()
            process.wait()
        if code:
            log.seek(0)
            tail = "\n".join(log.read().decode("utf-8", "replace").splitlines()[-_LINES_OF_LOG:])
            msg = f"Airflow cannot say how long it needs. The process that was to ask it has ended:\n{tail}"
            raise RunError(msg)
    return found


def _send(process: subprocess.Popen[bytes], job: str) -> None:
    if process.stdin is not None:
        with process.stdin as stdin:
            stdin.write(job.encode())
