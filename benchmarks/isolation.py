"""
Many pipelines in one file, some of them broken, in a real Airflow, while the file is edited again and again.

    PYTHONPATH=. python benchmarks/isolation.py            # 500 pipelines, 25 of them broken, 10 edits
    PYTHONPATH=. python benchmarks/isolation.py --pipelines 100 --broken 5 --edits 3

Scheduler and DAG processor are processes of their own, in a temporary folder that is removed. Each good pipeline runs
once a minute. The database is looked at twice a second: is a good DAG ever stale or marked for an import error, and
are the errors of all broken ones there? At each second edit what Airflow stores of every DAG changes, too. The exit
code is 1 when a promise does not hold.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from tests.e2e.airflow_server import AirflowServer, migrated

SOURCE = """\
from datetime import datetime

from flowkit import Pipeline, cron, generate
from flowkit.airflow.dags import register

# Edit {edit}
CONFIGS = range({pipelines})


def name(number: int) -> str:
    return f"pipeline_{{number:04}}"


def build(number: int) -> Pipeline:
    if number % {every} == {every} // 2:
        if number % 2:
            raise KeyError("table")
        return Pipeline(name(number)).task("fetch").task("load", after="nowhere")
    every_minute = cron("* * * * *")
    settings = Pipeline(name(number), schedule=every_minute, start_date=datetime(2026, 1, 1), catchup=False)
    return settings.settings(max_active_runs=1, description="{version}").task("fetch").task("load")


register(generate(build, CONFIGS, dag_id=name))
"""

SETTINGS = {
    "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
    # An edit is parsed as soon as it is seen, and an unchanged file once in 30 seconds, as by default.
    "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0",
    # A DAG that a parse leaves out is stale after twenty seconds, and not after two minutes.
    "AIRFLOW__DAG_PROCESSOR__STALE_DAG_THRESHOLD": "15",
    "AIRFLOW__SCHEDULER__PARSING_CLEANUP_INTERVAL": "5",
    # By default a loop makes ten runs, and looks at twenty.
    "AIRFLOW__SCHEDULER__MAX_DAGRUNS_TO_CREATE_PER_LOOP": "100",
    "AIRFLOW__SCHEDULER__MAX_DAGRUNS_PER_LOOP_TO_SCHEDULE": "100",
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
}


@attrs.define
class FileState:
    """
    What was seen of an Airflow.
    """

    seconds: float = 0
    """From the first parse to the end."""

    parses: int = 0
    """How many edits were parsed."""

    parse_seconds: list[float] = attrs.field(factory=list)
    """From each edit to its result in the database."""

    samples: int = 0
    """How often the database was looked at."""

    ever_stale: set[str] = attrs.field(factory=set)
    """Good DAGs that were stale in a sample."""

    ever_marked: set[str] = attrs.field(factory=set)
    """Good DAGs that were marked for an import error in a sample."""

    fewest_errors: int = sys.maxsize
    """The smallest number of named import errors in a sample."""

    errors_after_parses: list[int] = attrs.field(factory=list)
    """The number of named import errors right after each parse."""

    successes: dict[str, int] = attrs.field(factory=dict)
    """By good DAG: runs on schedule that succeeded."""

    failures: int = 0
    """Runs that failed."""

    errors: dict[str, str] = attrs.field(factory=dict)
    """The import errors at the end, by name."""


def source(pipelines: int, broken: int, edit: int) -> str:
    """
    Return the text of the file after so many edits.
    """
    every = pipelines // broken
    return SOURCE.format(edit=edit, pipelines=pipelines, every=every, version=f"version {edit // 2}")


def observe(
    home: Path,
    *,
    pipelines: int,
    broken: int,
    edits: int,
    database: Path,
    say: Callable[[str], None],
    write: Callable[[int, int, int], str] = source,
) -> FileState:
    """
    Start an Airflow in *home*, edit its file, and return what was seen.

    Args:
        home: An empty folder.

        pipelines: How many pipelines the file has, broken ones included.

        broken: How many of them are broken.

        edits: How often the file is edited.

        database: An empty database that is up to date.

        say: Gets a line after each edit.

        write: Returns the text of the file *many.py*, from the numbers of pipelines, broken ones and edits so far.
    """
    home.mkdir()
    seen = FileState()
    # Scheduler and DAG processor write at the same time, and on a busy machine one waits longer than five seconds.
    settings = {
        **SETTINGS,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}?timeout=60",
    }
    with AirflowServer(
        home, components=("scheduler", "dag-processor"), settings=settings, database=database
    ) as airflow:
        airflow.write("many.py", write(pipelines, broken, 0))
        airflow.restart("dag-processor")
        airflow.wait_for(lambda: len(airflow.import_errors()) == broken, "the first parse", 120)
        begin = time.monotonic()
        for edit in range(1, edits + 1):
            seconds = _edit(airflow, seen, write(pipelines, broken, edit))
            say(f"edit {edit}: parsed after {seconds:.1f} s, {seen.errors_after_parses[-1]} errors")
        _wait_for_runs(airflow, seen, pipelines - broken)
        seen.seconds = time.monotonic() - begin
        _count_runs(airflow, seen)
        seen.errors = airflow.import_errors()
    return seen


def _edit(airflow: AirflowServer, seen: FileState, text: str) -> float:
    before = max(str(row["last_parsed_time"]) for row in airflow.dag_rows().values())
    begin = time.monotonic()
    airflow.write("many.py", text)

    def parsed() -> bool:
        rows = _sample(airflow, seen)
        return min(str(row["last_parsed_time"]) for row in rows.values()) > before

    airflow.wait_for(parsed, "the parse of the edited file", 120, 0.5)
    seen.parses += 1
    seen.parse_seconds.append(time.monotonic() - begin)
    seen.errors_after_parses.append(len(airflow.import_errors()))
    return seen.parse_seconds[-1]


def _sample(airflow: AirflowServer, seen: FileState) -> dict[str, dict[str, Any]]:
    rows = airflow.dag_rows()
    errors = [name for name in airflow.import_errors() if name.startswith("many.py::")]
    seen.samples += 1
    seen.ever_stale |= {dag_id for dag_id, row in rows.items() if row["is_stale"]}
    seen.ever_marked |= {dag_id for dag_id, row in rows.items() if row["has_import_errors"]}
    seen.fewest_errors = min(seen.fewest_errors, len(errors))
    return rows


def _wait_for_runs(airflow: AirflowServer, seen: FileState, good: int) -> None:
    def all_ran() -> bool:
        _sample(airflow, seen)
        _count_runs(airflow, seen)
        return len(seen.successes) == good

    airflow.wait_for(all_ran, f"a run of each of the {good} pipelines", 150, 0.5)


def _count_runs(airflow: AirflowServer, seen: FileState) -> None:
    sql = "SELECT dag_id, state, count(*) AS number FROM dag_run WHERE run_type = 'scheduled' GROUP BY dag_id, state"
    rows = airflow.rows(sql)
    seen.successes = {row["dag_id"]: row["number"] for row in rows if row["state"] == "success"}
    seen.failures = sum(row["number"] for row in rows if row["state"] == "failed")


def main() -> int:
    """
    Print what was seen.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pipelines", type=int, default=500)
    parser.add_argument("--broken", type=int, default=25)
    parser.add_argument("--edits", type=int, default=10)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="flowkit-isolation-") as folder:
        seen = observe(
            Path(folder) / "home",
            pipelines=chosen.pipelines,
            broken=chosen.broken,
            edits=chosen.edits,
            database=migrated(Path(folder)),
            say=lambda line: print(line, flush=True),
        )
    good = chosen.pipelines - chosen.broken
    runs = sorted(seen.successes.values())
    print(f"{seen.seconds:.0f} s, {seen.samples} samples of the database, {seen.parses} edits parsed")
    print(
        f"seconds from an edit to its result: {min(seen.parse_seconds):.1f} to {max(seen.parse_seconds):.1f}"
    )
    print(
        f"good DAGs that were ever stale: {len(seen.ever_stale)}, marked: {len(seen.ever_marked)}, of {good}"
    )
    print(f"errors after each parse: {seen.errors_after_parses}; fewest in a sample: {seen.fewest_errors}")
    print(f"pipelines that ran on schedule: {len(runs)} of {good}, {runs[0]} to {runs[-1]} runs each")
    print(f"runs that failed: {seen.failures}")
    holds = (
        not seen.ever_stale
        and not seen.ever_marked
        and set(seen.errors_after_parses) == {chosen.broken}
        and len(runs) == good
        and not seen.failures
    )
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
