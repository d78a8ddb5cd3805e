"""
Airflow's own parse of each file of a folder: `python -m tests.typing.parsing FOLDER` prints what it says as JSON.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support import load_dags, serialized


def said_of(folder: Path) -> Iterator[tuple[str, str]]:
    """
    Return the import errors of each file, and the errors of storing its DAGs.
    """
    for file in sorted(folder.glob("*/*/*/*.py")):
        # One file at a time, as Airflow's DAG processor does.
        bag = load_dags(file)
        name = file.relative_to(folder).as_posix()
        for message in bag.import_errors.values():
            yield name, message.splitlines()[-1]
        for dag in bag.dags.values():
            refusal = _refusal(dag)
            if refusal:
                yield name, refusal


def _refusal(dag: Any) -> str | None:
    try:
        serialized(dag)
    except Exception as error:  # noqa: BLE001 - whatever it is, Airflow lists it among the import errors
        return f"{type(error).__name__}: {error}"
    return None


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        found = list(said_of(Path(sys.argv[1])))
    sys.stdout.write(f"{json.dumps(found)}\n")
