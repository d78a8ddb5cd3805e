"""
Thousands of pipelines in one Airflow: how long its DAG processors need for them, and how much memory.

    PYTHONPATH=. python benchmarks/scale.py --write-docs                   # 5,000 pipelines in 50 files: the docs
    PYTHONPATH=. python benchmarks/scale.py --pipelines 200 --files 4      # smaller
    PYTHONPATH=. python benchmarks/scale.py --render                       # no measurement: the docs from the results

Each pipeline has 10 to 20 tasks. They are written with flowkit, as shards, and by hand in plain Airflow, which makes
the same tasks. A PostgreSQL is started (Debian's package `postgresql`), or with `--database sqlite` SQLite is used; for
each case Airflow gets an empty database, an API server, and then its DAG processors: two, as several DAG processors
share work only by bundles, with a bundle of half of the files each. They parse all files once when all is new, and then
without any change. Everything lies in a temporary folder, which is removed.

A file for each DAG costs so much that only a tenth of the pipelines is measured that way.

The DAG processor is told to go round without a pause, and to compare each DAG with what it has stored. So the figures
say how long a round takes when nothing holds it back; the intervals of your installation decide how often there is one.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import psutil
import sqlalchemy as sa

from benchmarks import scale_seen, watching
from benchmarks.scale_seen import FileState
from benchmarks.scale_sources import Way, write
from tests.e2e.airflow_server import AirflowServer, migrated
from tests.e2e.servers import postgres

DOCS = Path(__file__).parent.parent / "docs" / "scale.md"
RESULTS = Path(__file__).parent / "results" / "scale.json"

SETTINGS = {
    # Round and round, without a pause.
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "0",
    # Each round compares every DAG with what is stored.
    "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0",
    # One file may take as long as it takes here, also where this machine is busy.
    "AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": "600",
    "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "600",
}


_ADD_BUNDLES = """
from airflow.dag_processing.bundles.manager import DagBundlesManager
DagBundlesManager().sync_bundles_to_db()
"""


@attrs.frozen
class Case:
    """
    What is measured: pipelines of one kind, and how many parse them.
    """

    way: Way
    """How they are written."""

    processors: int = 2
    """DAG processors. Several have a bundle each, with a part of the files."""

    processes: int = 1
    """`[dag_processor] parsing_processes` of each DAG processor."""

    share: int = 1
    """Measured with one of so many pipelines."""

    def title(self) -> str:
        """
        Return what a table calls it.
        """
        each = f"{self.processors} processors with a bundle each" if self.processors > 1 else "1 processor"
        return f"{self.way}; {each}, {self.processes} parsing process{'es' * (self.processes > 1)}"


CASES = {
    "flowkit": Case("flowkit"),
    "hand": Case("by hand"),
    "hand-files": Case("by hand, one DAG each", share=10),
    "flowkit-1x2": Case("flowkit", processors=1, processes=2),
    "hand-1x2": Case("by hand", processors=1, processes=2),
}
"""By the names of the command line."""

USUAL = ("flowkit", "hand", "hand-files", "flowkit-1x2")


def observe(
    home: Path, case: Case, pipelines: int, files: int, rounds: int = 1, **airflow_options: Any
) -> FileState:
    """
    Start an Airflow in *home*, let it parse, and return what was seen of the first round and of so many *rounds* more.
    """
    home.mkdir()
    folders = [home / "dags" / f"part_{number}" for number in range(1, case.processors + 1)]
    write(case.way, folders, pipelines, files)
    local = "airflow.dag_processing.bundles.local.LocalDagBundle"
    bundles = [
        {"name": folder.name, "classpath": local, "kwargs": {"path": str(folder)}} for folder in folders
    ]
    processors = {
        f"dag-processor-{folder.name}": ("dag-processor", "--bundle-name", folder.name) for folder in folders
    }
    settings = {
        **SETTINGS,
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": str(case.processes),
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(bundles),
    }
    count = pipelines if case.way == "by hand, one DAG each" else files
    seen = FileState(case.title(), pipelines, count, watching.load())
    with AirflowServer(
        home, components=("api-server",), commands=processors, settings=settings, **airflow_options
    ) as airflow:
        # Two processors that start at once on a database without their bundles would both add them, and one would end.
        subprocess.run([airflow.python, "-c", _ADD_BUNDLES], env=airflow.env, capture_output=True, check=True)
        seen.empty = _database_size(airflow)
        _parse(airflow, seen, list(processors), rounds)
    return seen


def _parse(airflow: AirflowServer, seen: FileState, processors: Sequence[str], rounds: int) -> None:
    # For a machine that is busy with other things.
    limit = 300 + seen.pipelines
    server = _postmaster(airflow)
    begin = time.monotonic()
    for name in processors:
        airflow.start_component(name, wait=False)
    pids = [airflow.pids[name] for name in processors]
    # Airflow's own start, some seconds of imports, is in the times but not in the processor time of the DAGs.
    airflow.wait_for(lambda: _jobs(airflow) == len(pids), "the DAG processors", limit, 0.1)
    used = _seconds(pids, server)

    with watching.memory(pids) as peak:
        airflow.wait_for(lambda: _stored(airflow), "the first DAG", limit)
        seen.first = time.monotonic() - begin
        airflow.wait_for(lambda: _stored(airflow) == seen.pipelines, "the last DAG", limit, 0.5)
        seen.all = time.monotonic() - begin
        _note_seconds(seen, pids, server, used)
        seen.stored = _database_size(airflow)
        seen.api = _ask_api(airflow, seen.pipelines)
        seen.tasks = _tasks(airflow)
        # What was parsed while the API was asked belongs to no round.
        used = _seconds(pids, server)
        for _ in range(rounds):
            _round(airflow, seen, limit)
        _note_seconds(seen, pids, server, used)
    seen.memory, seen.largest = peak.pss, peak.largest
    seen.grown = _database_size(airflow)
    if errors := airflow.import_errors():
        raise RuntimeError(f"There are import errors: {errors}")


def _round(airflow: AirflowServer, seen: FileState, limit: float) -> None:
    """
    Wait until as many DAGs were parsed as there are, and note how many and how long that took.

    Not until each was: a file that is being parsed when a round begins is left out of it, and has to wait for the next.
    """
    sql = "SELECT fileloc, count(*) AS dags, max(last_parsed_time) AS parsed FROM dag GROUP BY fileloc"
    known: dict[str, Any] = {}
    parsed, begin = 0, time.monotonic()

    def all_parsed() -> bool:
        nonlocal parsed
        for row in airflow.rows(sql):
            if known.setdefault(row["fileloc"], row["parsed"]) != row["parsed"]:
                known[row["fileloc"]] = row["parsed"]
                parsed += row["dags"]
        return parsed >= seen.pipelines

    airflow.wait_for(all_parsed, "another round", limit)
    seen.rounds.append(time.monotonic() - begin)
    seen.parsed.append(parsed)


def _stored(airflow: AirflowServer) -> int:
    sql = "SELECT count(*) AS number FROM serialized_dag"
    number: int = airflow.rows(sql)[0]["number"]
    return number


def _ask_api(airflow: AirflowServer, pipelines: int) -> float:
    last = f"pipeline_{pipelines - 1:05}"
    begin = time.monotonic()

    def shown() -> bool:
        listed = airflow.client.get("dags", params={"limit": 1}).raise_for_status().json()
        return listed["total_entries"] == pipelines and airflow.client.get(f"dags/{last}/details").is_success

    airflow.wait_for(shown, "all DAGs in the API")
    return time.monotonic() - begin


def _tasks(airflow: AirflowServer) -> int:
    length = "jsonb_array_length(data->'dag'->'tasks')"
    if not airflow.connection:
        length = "json_array_length(data, '$.dag.tasks')"
    return int(airflow.rows(f"SELECT sum({length}) AS number FROM serialized_dag")[0]["number"])  # noqa: S608


def _database_size(airflow: AirflowServer) -> int:
    if not airflow.connection:
        return sum(file.stat().st_size for file in airflow.home.glob("airflow.db*"))
    size: int = airflow.rows("SELECT pg_database_size(current_database()) AS size")[0]["size"]
    return size


def _postmaster(airflow: AirflowServer) -> int | None:
    if not airflow.connection:
        return None
    engine = sa.create_engine(airflow.connection, poolclass=sa.NullPool)
    with engine.connect() as connection:
        parent = psutil.Process(connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()).parent()
        return parent.pid if parent else None


def _jobs(airflow: AirflowServer) -> int:
    sql = "SELECT count(*) AS number FROM job WHERE job_type = 'DagProcessorJob' AND state = 'running'"
    number: int = airflow.rows(sql)[0]["number"]
    return number


def _seconds(pids: list[int], server: int | None) -> list[float]:
    manager = sum(watching.own_seconds(pid) for pid in pids)
    everything = sum(watching.all_seconds(pid) for pid in pids)
    return [manager, everything - manager, watching.all_seconds(server) if server else 0.0]


def _note_seconds(seen: FileState, pids: list[int], server: int | None, before: list[float]) -> None:
    now = _seconds(pids, server)
    for kept, value, earlier in zip((seen.manager, seen.parsers, seen.server), now, before, strict=True):
        kept.append(value - earlier)


@contextlib.contextmanager
def databases(folder: Path, kind: str) -> Iterator[Iterator[dict[str, Any]]]:
    """
    Yield options for `AirflowServer`, of another empty database each time.
    """
    if kind == "sqlite":
        template = migrated(folder)
        yield ({"database": template} for _ in iter(int, 1))
        return
    with postgres(folder) as server:
        home = folder / "migrating"
        home.mkdir()
        AirflowServer(home, connection=server.url).migrate()
        yield _copies(server.url)


def _copies(url: str) -> Iterator[dict[str, Any]]:
    base = url.rpartition("/")[0]
    engine = sa.create_engine(f"{base}/postgres", isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    last: str | None = None
    for number in range(1, 1000):
        with engine.connect() as connection:
            # Nobody needs the one before it any more, and two would share the memory of the server.
            if last:
                connection.execute(sa.text(f"DROP DATABASE {last} WITH (FORCE)"))
            last = f"airflow_{number}"
            connection.execute(sa.text(f"CREATE DATABASE {last} TEMPLATE airflow"))
        yield {"connection": f"{base}/{last}", "is_migrated": True}


def main() -> int:
    """
    Measure, and print what was seen.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pipelines", type=int, default=5_000)
    parser.add_argument("--files", type=int, default=50)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=USUAL)
    parser.add_argument("--rounds", type=int, default=1, help="how many without any change")
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--json", type=Path, help="the file for all figures")
    parser.add_argument("--write-docs", action="store_true", help="write the tables into docs/scale.md")
    parser.add_argument(
        "--render", action="store_true", help="only write docs/scale.md, from the results kept"
    )
    chosen = parser.parse_args()
    if chosen.render:
        scale_seen.write_docs(DOCS, *scale_seen.kept(chosen.json or RESULTS))
        return 0

    found = measure(chosen)
    # Different tasks could not stand side by side.
    same = len({(one.pipelines, one.tasks) for one in found}) == len({one.pipelines for one in found})
    return 0 if same else 1


def measure(chosen: argparse.Namespace) -> list[FileState]:
    """
    Measure the chosen cases, one after the other, and keep, print and write what was seen.
    """
    conditions, begin = watching.conditions(), time.monotonic()
    kept = chosen.json or (RESULTS if chosen.write_docs else None)
    found: list[FileState] = []
    minutes = 0.0
    with (
        tempfile.TemporaryDirectory(prefix="flowkit-scale-") as temporary,
        databases(Path(temporary), chosen.database) as options,
    ):
        for name in chosen.cases:
            case, home = CASES[name], Path(temporary) / name
            pipelines = max(case.processors, chosen.pipelines // case.share)
            found.append(observe(home, case, pipelines, chosen.files, chosen.rounds, **next(options)))
            # Each case begins with as much room as the first.
            shutil.rmtree(home, ignore_errors=True)
            print(scale_seen.table(found[-1:]), flush=True)
            minutes = (time.monotonic() - begin) / 60
            if kept:
                # After each case: what was seen is not lost with the next one.
                scale_seen.keep(
                    kept, " ".join(["benchmarks/scale.py", *sys.argv[1:]]), conditions, minutes, found
                )
    print(f"\n{scale_seen.page(conditions, minutes, found)}\n\n{scale_seen.paper(found[0])}")
    if chosen.write_docs:
        scale_seen.write_docs(DOCS, conditions, minutes, found)
    return found


if __name__ == "__main__":
    sys.exit(main())
