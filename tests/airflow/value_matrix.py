"""
One DAG file with a pipeline for each value in each place, as Airflow's processor parses and stores it.

    python -m tests.airflow.value_matrix 5000     # a fixed sample of so many pairs; 0: all of them

The last line of the standard error is a report as JSON. Ends with 1 if anything is.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs

from flowkit.project.checking import check_files
from tests.hostile_values import VALUES

COUNT = "MATRIX_PAIRS"
"""The environment variable with the number of pairs."""

SOURCE = """\
from datetime import datetime

from flowkit import Pipeline, generate, python
from flowkit.airflow.dags import register
from MODULE import build, configs, dag_id


def work():
    pass


def good(name):
    return Pipeline(name, schedule="@daily", start_date=datetime(2026, 1, 1)).task("a", python(work))


register(good("good_first"))
register(generate(build, configs(), dag_id=dag_id))
register(good("good_last"))
"""
"""A DAG file with the pipelines of a module between two good ones."""
GOOD = {"good_first", "good_last"}
_CODE = re.compile(r"\.py:\d+: (FK\d{3}) ")
_LINE = re.compile(r"\.py:\d+: FK\d{3} ")
NAMED_BY_THE_VALUE = {"dag_id", "named", "materialized"}
"""Places whose pipeline may be named by an id of its own."""

MAX_MESSAGE = 20_000
"""The most characters of an import error."""


@attrs.frozen
class Pair:
    """A value in a place."""

    value: str
    place: str

    @property
    def dag_id(self) -> str:
        """The pipeline that has it."""
        return f"{self.place}--{self.value}"


def configs() -> list[Pair]:
    """Return the pairs that the environment asks for: every value and every place equally often."""
    from tests.airflow.value_places import PLACES

    pairs = [Pair(value, place) for place in PLACES for value in VALUES]
    count = int(os.environ.get(COUNT, "0"))
    return random.Random(12).sample(pairs, count) if count else pairs  # noqa: S311 - the same in each run


def dag_id(pair: Pair) -> str:
    """Return the dag_id of the pipeline."""
    return pair.dag_id


def build(pair: Pair) -> Any:
    """Return the pipeline."""
    from tests.airflow.value_places import PLACES

    return PLACES[pair.place](pair.dag_id, VALUES[pair.value]())


@attrs.define
class Outcome:
    """What is left of the file."""

    live: set[str] = attrs.field(factory=set)
    """The DAGs that the scheduler would have."""

    errors: dict[str, str] = attrs.field(factory=dict)
    """The import errors, by file or pipeline."""

    faults: list[str] = attrs.field(factory=list)
    """What must not be."""


def parsed(file: Path) -> Any:
    """Return what the DAG processor receives: parsed, encoded for the wire, and decoded."""
    import msgspec
    import structlog
    from airflow.dag_processing.processor import DagFileParseRequest, ToManager, _parse_file
    from airflow.sdk.execution_time.comms import _RequestFrame
    from pydantic import TypeAdapter

    request = DagFileParseRequest(
        file=str(file), bundle_path=file.parent, bundle_name="dags-folder", callback_requests=[]
    )
    result: Any = _parse_file(request, structlog.get_logger())
    frame = bytes(_RequestFrame(id=1, body=result.model_dump()).as_bytes())
    return TypeAdapter(ToManager).validate_python(msgspec.msgpack.decode(frame[4:])[1])


def outcome(file: Path) -> Outcome:
    """Parse the file, and compare what is left of it with what must be."""
    module = import_module("airflow.serialization.serialized_objects")
    try:
        received = parsed(file)
    except BaseException as error:  # noqa: BLE001
        return Outcome(faults=[f"the file is lost: {type(error).__name__}: {error}"])
    seen = Outcome(errors=dict(received.import_errors or {}))
    for dag in received.serialized_dags:
        try:
            # PostgreSQL takes neither NaN nor a NUL character.
            if "\\u0000" in json.dumps(dag.data, allow_nan=False).replace("\\\\", ""):
                seen.faults.append(f"has a NUL character: {dag.data['dag']['dag_id']}")
            seen.live.add(module.DagSerialization.from_dict(dag.data).dag_id)
        except BaseException as error:  # noqa: BLE001, PERF203
            seen.faults.append(f"cannot be read back: {dag.data['dag']['dag_id']}: {type(error).__name__}")
    seen.faults += _faults(seen)
    seen.faults += _differences(seen, file)
    return seen


def _differences(seen: Outcome, file: Path) -> Iterator[str]:
    """Yield what `flowkit check` finds otherwise than Airflow's processor; not what only Airflow refuses."""
    findings = check_files([file], lambda *_: None).problems
    by_dag_id = {found.dag_id for found in findings if not found.is_warning}
    yield from (
        f"the check fails: {found}" for found in findings if found.dag_id is None and not found.is_warning
    )
    for pair in configs():
        text = seen.errors.get(f"{file.name}::{pair.dag_id}", "")
        codes = set(_CODE.findall(text))
        if pair.dag_id in by_dag_id and pair.dag_id in seen.live:
            yield f"live, and not for the check: {pair.dag_id}"
        elif codes and not any(code.startswith("FK9") for code in codes) and pair.dag_id not in by_dag_id:
            yield f"clean to the check: {pair.dag_id}: {text[:200]}"


def _faults(seen: Outcome) -> Iterator[str]:
    yield from (f"lost: {name}" for name in sorted(GOOD - seen.live))
    yield from (
        f"an error of the whole file: {text[-600:]}" for name, text in seen.errors.items() if "::" not in name
    )
    named = {name.partition("::")[2]: text for name, text in seen.errors.items()}
    for pair in configs():
        text = named.get(pair.dag_id)
        if pair.place in NAMED_BY_THE_VALUE and text is None:
            continue
        if (text is None) == (pair.dag_id not in seen.live):
            yield f"neither live nor named: {pair.dag_id}" if text is None else f"both: {pair.dag_id}"
        elif text is not None and not _LINE.search(text):
            yield f"no line: {pair.dag_id}: {text[:200]}"
        elif text is not None and len(text) > MAX_MESSAGE:
            yield f"a message of {len(text)} characters: {pair.dag_id}"
        elif text is not None and "FK999" in text:
            yield f"an error of flowkit: {pair.dag_id}: {text[:300]}"


def main() -> int:
    """Print what is wrong."""
    os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
    os.environ.setdefault("AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT", "3600")
    os.environ[COUNT] = sys.argv[1] if len(sys.argv) > 1 else "0"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "matrix.py")
        file.write_text(SOURCE.replace("MODULE", "tests.airflow.value_matrix"))
        seen = outcome(file)
    report = {"live": len(seen.live), "named": len(seen.errors), "faults": seen.faults}
    sys.stderr.write(json.dumps(report) + "\n")
    return bool(seen.faults)


if __name__ == "__main__":
    sys.exit(main())
