"""
Thousands of pipelines in one Airflow: how long its DAG processors need for them, and how much memory.

    PYTHONPATH=. python benchmarks/scale.py                                # 5,000 pipelines in 50 files
    PYTHONPATH=. python benchmarks/scale.py --pipelines 200 --files 4      # smaller
    PYTHONPATH=. python benchmarks/scale.py --write-docs                   # and write the table into docs/scale.md

Each pipeline has 10 to 20 tasks. They are written with flowkit, as shards, and by hand in plain Airflow, which makes
the same tasks. A PostgreSQL is started (Debian's package `postgresql`), or with `--database sqlite` SQLite is used; for
each case Airflow gets an empty database, an API server, and then its DAG processors. They parse all files once when all
is new, and then without any change. Everything lies in a temporary folder, which is removed.

The DAG processor is told to go round without a pause, and to compare each DAG with what it has stored. So the figures
say how long a round takes when nothing holds it back; the intervals of your installation decide how often there is one.
"""

from __future__ import annotations

import argparse
import contextlib
import json
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

from benchmarks import scale_paper, watching
from benchmarks.scale_sources import Way, write
from benchmarks.watching import MIB
from tests.e2e.airflow_server import AirflowServer, migrated
from tests.e2e.servers import postgres

DOCS = Path(__file__).parent.parent / "docs" / "scale.md"

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

    processes: int = 2
    """`[dag_processor] parsing_processes` of each DAG processor."""

    processors: int = 1
    """DAG processors. Several have a bundle each, with a part of the files."""

    def title(self) -> str:
        """
        Return what a table calls it.
        """
        each = f"{self.processors} processors, a bundle each, " if self.processors > 1 else ""
        return f"{self.way}, {each}{self.processes} parsing process{'es' * (self.processes > 1)}"


CASES = {
    "flowkit": Case("flowkit"),
    "hand": Case("by hand"),
    "flowkit-1": Case("flowkit", processes=1),
    "hand-1": Case("by hand", processes=1),
    "flowkit-2x1": Case("flowkit", processes=1, processors=2),
    "hand-files": Case("by hand, one DAG each"),
}
"""By the names of the command line."""

USUAL = ("flowkit", "hand", "flowkit-2x1")


@attrs.define
class Seen:
    """
    What was seen of one case. Times are in seconds, memory and sizes in bytes.
    """

    title: str
    pipelines: int
    files: int
    first: float = 0
    """From the start of the DAG processor to its first DAG in the database."""

    all: float = 0
    """From the start of the DAG processor until the last DAG is in the database."""

    api: float = 0
    """From then until the API lists all, and shows the last one."""

    cycles: list[float] = attrs.field(factory=list)
    """One round without any change, each."""

    tasks: int = 0
    """In all stored DAGs."""

    memory: int = 0
    """The most that all DAG processors had together (PSS)."""

    largest: int = 0
    """The largest single process (RSS)."""

    empty: int = 0
    """The database before."""

    stored: int = 0
    """The database when the last DAG was in it."""

    grown: int = 0
    """The database in the end."""

    manager: list[float] = attrs.field(factory=list)
    """Processor time of the DAG processors themselves, which store: of the first round, and of all later ones."""

    parsers: list[float] = attrs.field(factory=list)
    """The same of the processes that they start to parse."""

    server: list[float] = attrs.field(factory=list)
    """The same of PostgreSQL."""

    @property
    def cycle(self) -> float:
        """
        The shortest round without any change.
        """
        return min(self.cycles)


def observe(
    home: Path, case: Case, pipelines: int, files: int, rounds: int = 1, **airflow_options: Any
) -> Seen:
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
    seen = Seen(case.title(), pipelines, count)
    with AirflowServer(
        home, components=("api-server",), commands=processors, settings=settings, **airflow_options
    ) as airflow:
        # Two processors that start at once on a database without their bundles would both add them, and one would end.
        subprocess.run([airflow.python, "-c", _ADD_BUNDLES], env=airflow.env, capture_output=True, check=True)
        seen.empty = _database_size(airflow)
        _parse(airflow, seen, list(processors), rounds)
    return seen


def _parse(airflow: AirflowServer, seen: Seen, processors: Sequence[str], rounds: int) -> None:
    limit = 120 + seen.pipelines / 2
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
        used = _note_seconds(seen, pids, server, used)
        seen.stored = _database_size(airflow)
        seen.api = _ask_api(airflow, seen.pipelines)
        seen.tasks = _tasks(airflow)
        for _ in range(rounds):
            seen.cycles.append(_cycle(airflow, limit))
        _note_seconds(seen, pids, server, used)
    seen.memory, seen.largest = peak.pss, peak.largest
    seen.grown = _database_size(airflow)
    if errors := airflow.import_errors():
        raise RuntimeError(f"There are import errors: {errors}")


def _cycle(airflow: AirflowServer, limit: float) -> float:
    """
    Wait until each DAG was parsed once more, and return how long that took.
    """
    begin = time.monotonic()
    sql = "SELECT max(last_parsed_time) AS newest, min(last_parsed_time) AS oldest FROM dag"
    newest = str(airflow.rows(sql)[0]["newest"])
    airflow.wait_for(lambda: str(airflow.rows(sql)[0]["oldest"]) > newest, "another round", limit, 0.5)
    return time.monotonic() - begin


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


def _note_seconds(seen: Seen, pids: list[int], server: int | None, before: list[float]) -> list[float]:
    now = _seconds(pids, server)
    for kept, value, earlier in zip((seen.manager, seen.parsers, seen.server), now, before, strict=True):
        kept.append(value - earlier)
    return now


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


def table(found: Sequence[Seen]) -> str:
    """
    Return the figures as Markdown.
    """
    rows = [
        "| | Files | First DAG | All DAGs | A round without change | Memory, all | Largest process | Database |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    rows += [
        f"| {one.title} | {one.files:,} | {one.first:.1f} s | **{one.all:.1f} s** | {one.cycle:.1f} s |"
        f" {one.memory / MIB:,.0f} MiB | {one.largest / MIB:,.0f} MiB |"
        f" {(one.stored - one.empty) / MIB:,.0f} MiB |"
        for one in found
    ]
    rows += [
        "",
        "Processor time, in milliseconds for each DAG, of the first round and of a later one:",
        "",
        "| | DAG processor | Its parsing processes | PostgreSQL | Sum |",
        "|---|---:|---:|---:|---:|",
    ]
    for one in found:
        cells = []
        times = [one.manager, one.parsers, one.server]
        for first, later in [*times, [sum(part) for part in zip(*times, strict=True)]]:
            once = later / len(one.cycles)
            cells.append(f"{first / one.pipelines * 1e3:.1f} / {once / one.pipelines * 1e3:.1f}")
        rows.append(f"| {one.title} | {' | '.join(cells)} |")
    return "\n".join(rows)


def paper(one: Seen) -> str:
    """
    Return what a larger installation needs, as Markdown.
    """
    manager, parsers, server = (
        later / len(one.cycles) / one.pipelines * 1e3 for _, later in (one.manager, one.parsers, one.server)
    )
    cost = scale_paper.Cost(manager, parsers, server, (one.stored - one.empty) / one.pipelines)
    return scale_paper.page(cost, one.title)


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
    parser.add_argument("--write-docs", action="store_true", help="write the tables into docs/scale.md")
    parser.add_argument("--json", type=Path, help="the file for all figures")
    chosen = parser.parse_args()

    conditions, begin = watching.conditions(), time.monotonic()
    found = []
    with tempfile.TemporaryDirectory(prefix="flowkit-scale-") as temporary:
        folder = Path(temporary)
        with databases(folder, chosen.database) as options:
            for name in chosen.cases:
                home = folder / name
                size = (chosen.pipelines, chosen.files, chosen.rounds)
                seen = observe(home, CASES[name], *size, **next(options))
                found.append(seen)
                print(table([seen]), flush=True)
    minutes = (time.monotonic() - begin) / 60
    text = (
        f"{chosen.pipelines:,} pipelines, {found[0].tasks:,} tasks. {conditions} The measurement took "
        f"{minutes:.0f} minutes.\n\n{table(found)}\n\nThe API showed all of them within"
        f" {max(one.api for one in found):.1f} s more."
    )
    print(f"\n{text}\n\n{paper(found[0])}")
    if chosen.json:
        chosen.json.write_text(json.dumps([attrs.asdict(one) for one in found], indent=1) + "\n")
    if chosen.write_docs:
        watching.write_page(DOCS, "benchmarks/scale.py", text)
        watching.write_page(DOCS, "benchmarks/scale_paper.py", paper(found[0]))
    return 0 if len({one.tasks for one in found}) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
