"""
How much of the time a real Airflow shows the errors of single pipelines, and what cures it.

    PYTHONPATH=. python benchmarks/named_errors.py                  # about seven minutes, most of them spent waiting
    PYTHONPATH=. python benchmarks/named_errors.py --seconds 40     # less exact
    PYTHONPATH=. python benchmarks/named_errors.py --write-docs     # and write the table into docs/scale.md

One DAG processor has several bundles, each with a good and a broken pipeline in one file. It parses each file every
15 seconds; the bundles differ in how often they are refreshed. A large installation has longer intervals: their ratio
decides. The database is looked at twice a second: is the error of the broken pipeline there? Then all are mended, and
it is measured how long the errors stay. The package `statsd` is needed, as for Airflow's metrics.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from benchmarks import watching
from tests.e2e.airflow_server import AirflowServer, migrated
from tests.e2e.repository import Repository

DOCS = Path(__file__).parent.parent / "docs" / "scale.md"
PARSE = 15
"""Seconds from one parse of a file to the next."""

FILE = """\
from flowkit import Pipeline, generate
from flowkit.airflow.dags import register


def build(name: str) -> Pipeline:
    after = "nowhere" if name in {broken!r} else "fetch"
    return Pipeline(name).task("fetch").task("load", after=after)


register(generate(build, ["good_{bundle}", "bad_{bundle}"], dag_id=str))
"""


@attrs.define
class Bundle:
    """
    A bundle, and what was seen of its error. Times are in seconds.
    """

    name: str
    kind: str
    refresh: int
    """How often it is refreshed."""

    says: str
    """What a table says of it."""

    present: int = 0
    """Samples with the error."""

    samples: int = 0
    mended: float | None = None
    """From the mending until the error was gone."""

    @property
    def share(self) -> float:
        """
        The share of the samples that had the error.
        """
        return self.present / self.samples

    @property
    def expected(self) -> float:
        """
        The same as reckoned: what a refresh wipes, the next parse brings back; how they fall is left to chance.
        """
        return sum(self.bounds) / 2

    @property
    def bounds(self) -> tuple[float, float]:
        """
        The least and the most that can be: each refresh right after a parse, or right before one.
        """
        if self.kind == "git":
            return 1.0, 1.0
        if self.refresh >= PARSE:
            return 1 - PARSE / self.refresh, 1.0
        return 0.0, self.refresh / PARSE


def bundles() -> list[Bundle]:
    """
    Return those that are measured.
    """
    return [
        Bundle("ten", "local", 150, "in the ratio of Airflow's defaults, 300 s and 30 s"),
        Bundle("equal", "local", 16, "as often as it is parsed"),
        Bundle("third", "local", 5, "three times as often as it is parsed"),
        Bundle("four", "local", 60, "**cure**: four times the interval of the parses"),
        Bundle("git", "git", 5, "**cure**: a git bundle; three times as often, no commit meanwhile"),
    ]


@attrs.define
class FileState:
    """
    What was seen of all bundles.
    """

    bundles: list[Bundle]
    gauges: list[int] = attrs.field(factory=list)
    """What the metric `dag_processing.import_errors` said, each time."""

    parses: int = 0
    """How often the processor went through all files."""

    listed: list[int] = attrs.field(factory=list)
    """How many of the errors Airflow's table had, in each sample."""

    found: int = 0
    """Broken pipelines that `flowkit check` named in the folders and the checkout of the bundles, meanwhile."""


class Gauges(threading.Thread):
    """
    Receives Airflow's metrics, and keeps one.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.5)
        self.port: int = self.socket.getsockname()[1]
        self.values: list[int] = []
        self.ended = threading.Event()

    def run(self) -> None:
        """
        Receive until `ended` is set.
        """
        with self.socket:
            while not self.ended.is_set():
                try:
                    text = self.socket.recv(65536).decode()
                except TimeoutError:
                    continue
                found = re.findall(r"dag_processing\.import_errors:([\d.]+)\|g", text)
                self.values += [int(float(value)) for value in found]


def text_of(bundle: Bundle, *, mended: bool = False) -> str:
    """
    Return the text of the one file of a bundle.
    """
    return FILE.format(bundle=bundle.name, broken=() if mended else (f"bad_{bundle.name}",))


def observe(
    home: Path, seconds: float, database: Path, chosen: Sequence[Bundle], *, mend: bool = True
) -> FileState:
    """
    Start an Airflow in *home*, look at its errors for so long, mend them, and return what was seen.
    """
    home.mkdir()
    seen, gauges = FileState(list(chosen)), Gauges()
    repository = Repository(home / "git")
    listed = [_configured(bundle, home, repository) for bundle in chosen]
    settings = {
        "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0",
        "AIRFLOW__DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": "1",
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(listed),
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": str(home / "bundles"),
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": str(PARSE),
        "AIRFLOW__METRICS__STATSD_ON": "True",
        "AIRFLOW__METRICS__STATSD_PORT": str(gauges.port),
    }
    _write(home, repository, chosen, mended=False)
    gauges.start()
    try:
        with AirflowServer(
            home, components=("dag-processor",), settings=settings, database=database
        ) as airflow:
            airflow.wait_for(lambda: len(airflow.dags()) == len(chosen), "the first parse", 120)
            sent = len(gauges.values)
            _sample(airflow, seen, seconds)
            # The first value may speak of files that had not been parsed yet.
            seen.gauges = gauges.values[sent + 1 :]
            seen.found = sum(_found_by_check(_folder(bundle, home)) for bundle in chosen)
            if mend:
                _mend(airflow, seen, repository)
    finally:
        gauges.ended.set()
        gauges.join()
    return seen


def _configured(bundle: Bundle, home: Path, repository: Repository) -> dict[str, Any]:
    kwargs: dict[str, Any] = {"refresh_interval": bundle.refresh}
    if bundle.kind == "git":
        kwargs |= {"repo_url": str(repository.bare), "tracking_ref": "main"}
        return {
            "name": bundle.name,
            "classpath": "airflow.providers.git.bundles.git.GitDagBundle",
            "kwargs": kwargs,
        }
    kwargs["path"] = str(_folder(bundle, home))
    return {
        "name": bundle.name,
        "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
        "kwargs": kwargs,
    }


def _folder(bundle: Bundle, home: Path) -> Path:
    if bundle.kind == "git":
        return home / "bundles" / bundle.name / "tracking_repo"
    return home / "local" / bundle.name


def _write(home: Path, repository: Repository, chosen: Sequence[Bundle], *, mended: bool) -> None:
    for bundle in chosen:
        text = text_of(bundle, mended=mended)
        if bundle.kind == "git":
            repository.push({f"{bundle.name}_file.py": text})
            continue
        file = _folder(bundle, home) / f"{bundle.name}_file.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def _named(airflow: AirflowServer) -> set[str]:
    rows = airflow.rows("SELECT bundle_name FROM import_error WHERE filename LIKE '%::%'")
    return {row["bundle_name"] for row in rows}


def _sample(airflow: AirflowServer, seen: FileState, seconds: float) -> None:
    sql = "SELECT max(last_parsed_time) AS newest FROM dag"
    end, last = time.monotonic() + seconds, ""
    while time.monotonic() < end:
        named = _named(airflow)
        seen.listed.append(len(named))
        for bundle in seen.bundles:
            bundle.samples += 1
            bundle.present += bundle.name in named
        newest = str(airflow.rows(sql)[0]["newest"])
        seen.parses += newest != last
        last = newest
        time.sleep(0.5)


def _mend(airflow: AirflowServer, seen: FileState, repository: Repository) -> None:
    begin = time.monotonic()
    _write(airflow.home, repository, seen.bundles, mended=True)

    def all_gone() -> bool:
        named = _named(airflow)
        # An error that a refresh has just wiped may come back; a mended pipeline is a DAG, and stays one.
        live = set(airflow.dags())
        for bundle in seen.bundles:
            if bundle.name in named:
                bundle.mended = None
            elif bundle.mended is None and f"bad_{bundle.name}" in live:
                bundle.mended = time.monotonic() - begin
        return all(bundle.mended is not None for bundle in seen.bundles)

    airflow.wait_for(
        all_gone, "the end of the errors", 60 + max(bundle.refresh for bundle in seen.bundles), 0.5
    )


def _found_by_check(folder: Path) -> int:
    command = [
        sys.executable,
        "-m",
        "flowkit",
        "check",
        str(folder),
        "--dags",
        str(folder),
        "--format",
        "json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return len({problem["dag_id"] for problem in json.loads(done.stdout)["problems"]})


def table(seen: FileState) -> str:
    """
    Return the figures as Markdown.
    """
    rows = [
        "| The bundle is refreshed | every | The error is listed | reckoned | Gone after the mending |",
        "|---|---:|---:|---:|---:|",
    ]
    for one in seen.bundles:
        mended = "" if one.mended is None else f"{one.mended:.0f} s"
        low, high = one.bounds
        bounds = f", between {low:.0%} and {high:.0%}" if low < high else ""
        rows.append(
            f"| {one.says} | {one.refresh} s | **{one.share:.0%}** | {one.expected:.0%}{bounds} | {mended} |"
        )
    number = len(seen.bundles)
    right = sum(value == number for value in seen.gauges)
    rows += [
        "",
        f"Airflow's table listed {min(seen.listed)} to {max(seen.listed)} of the {number} errors at a time."
        f" The metric `dag_processing.import_errors` counted all {number} in {right} of {len(seen.gauges)} values that"
        " Airflow sent meanwhile, and `flowkit check` on the folders and the checkout of the bundles named"
        f" {seen.found} of {number}.",
    ]
    return "\n".join(rows)


def main() -> int:
    """
    Measure, and print what was seen.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=240)
    parser.add_argument("--write-docs", action="store_true", help="write the table into docs/scale.md")
    chosen = parser.parse_args()
    conditions = watching.conditions()
    with tempfile.TemporaryDirectory(prefix="flowkit-errors-") as folder:
        database = migrated(Path(folder))
        seen = observe(Path(folder) / "home", chosen.seconds, database, bundles())
    samples = seen.bundles[0].samples
    text = f"Each file is parsed every {PARSE} s; {samples} samples. {conditions}\n\n{table(seen)}"
    print(text)
    if chosen.write_docs:
        watching.write_page(DOCS, "benchmarks/named_errors.py", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
