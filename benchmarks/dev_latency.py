"""
How long a save takes until Airflow's REST API shows it: under `flowkit dev`, and on an Airflow with default settings.

    python benchmarks/dev_latency.py --write-docs
    python benchmarks/dev_latency.py --edits 30 --default-edits 5 --json latency.json
    python benchmarks/dev_latency.py --pipelines 20 --edits 5 --default-edits 0

With `--write-docs` the table is written into docs/dev.md.

Each file holds one pipeline of twenty tasks. An edit gives one of them another task; a file is edited ten times before
the next one, as when a person tries things out. The clock starts before the file is written, as editors do it: beside
it, then in its place. It stops when `/api/v2/dags/{dag_id}/tasks` names the new task. The next edit comes one or two
seconds later.

With default settings Airflow stores a pipeline at most every thirty seconds: five edits take some minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import watching  # noqa: E402
from tests.e2e.airflow_server import AirflowServer, free_port, migrated  # noqa: E402

_SOURCE = """\
from datetime import datetime

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def work(number: int) -> int:
    return number + 1


pipeline = Pipeline("{name}", schedule="@daily", start_date=datetime(2026, 1, 1), catchup=False)
for number in range(20):
    pipeline = pipeline.task(f"step_{{number}}", python(work, number))
register(pipeline{edits})
"""
_START_LIMIT = 300.0
_LIMIT = 180.0
_POLL = 0.05
_EDITS_OF_ONE = 10


def write(folder: Path, name: str, edit: str | None = None) -> None:
    """
    Write one DAG file, as editors do.
    """
    edits = f'.task("{edit}", python(work, 0))' if edit else ""
    new = folder / f".{name}.tmp"
    new.write_text(_SOURCE.format(name=name, edits=edits), encoding="utf-8")
    new.replace(folder / f"{name}.py")


def names_of(pipelines: int) -> list[str]:
    """
    Return the ids of the pipelines, which are the names of their files too.
    """
    return [f"pipeline_{number:03d}" for number in range(pipelines)]


def client_of(url: str) -> httpx.Client:
    """
    Return a client of the REST API, with the rights of an admin.
    """
    token = httpx.get(f"{url}/auth/token", timeout=30).raise_for_status().json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=f"{url}/api/v2/", headers=headers, timeout=60)


def wait(question: Callable[[], bool], what: str, limit: float, pause: float = 0.5) -> None:
    """
    Ask until the answer is yes.

    Raises:
        TimeoutError: If it is not, in time.
    """
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        try:
            if question():
                return
        except httpx.HTTPError:
            pass
        time.sleep(pause)
    msg = f"No {what} within {limit:.0f} s."
    raise TimeoutError(msg)


def wait_for_all(url: str, pipelines: int) -> None:
    """
    Wait until Airflow shows all pipelines.
    """

    def count() -> bool:
        with client_of(url) as client:
            return bool(client.get("dags", params={"limit": 1}).json()["total_entries"] >= pipelines)

    wait(count, "start", _START_LIMIT, 1.0)


def measure(url: str, folder: Path, pipelines: int, edits: int, say: Callable[[str], None]) -> list[float]:
    """
    Edit files one after the other, and return the seconds that each edit took until the API showed it.
    """
    found: list[float] = []
    names = names_of(pipelines)
    with client_of(url) as client:
        for number in range(edits):
            name, task = names[number // _EDITS_OF_ONE * 37 % pipelines], f"edit_{number}"
            # Edits do not keep step with anything that Airflow does by the clock.
            time.sleep(1.0 + number * 0.37 % 1.0)
            began = time.monotonic()
            write(folder, name, task)
            wait(partial(_shows, client, name, task), task, _LIMIT, _POLL)
            found.append(time.monotonic() - began)
            say(f"edit {number + 1} of {edits}: {found[-1]:.2f} s")
    return found


def _shows(client: httpx.Client, name: str, task: str) -> bool:
    tasks = client.get(f"dags/{name}/tasks").raise_for_status().json()["tasks"]
    return any(one["task_id"] == task for one in tasks)


@contextmanager
def flowkit_dev(project: Path, port: int) -> Iterator[str]:
    """
    Run `flowkit dev`, and give its address.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (project / "dev.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flowkit", "dev", "dags", "--port", str(port)],
            cwd=project,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def under_flowkit_dev(pipelines: int, edits: int, say: Callable[[str], None]) -> list[float]:
    """
    Return the seconds of each edit under `flowkit dev`.
    """
    with tempfile.TemporaryDirectory(prefix="flowkit-latency-", ignore_cleanup_errors=True) as name:
        project = Path(name)
        folder = project / "dags"
        folder.mkdir()
        (project / "pyproject.toml").touch()
        for one in names_of(pipelines):
            write(folder, one)
        with flowkit_dev(project, free_port()) as url:
            wait_for_all(url, pipelines)
            wait(
                lambda: "has read all files" in (project / "dev.log").read_text("utf-8"),
                "rest",
                _START_LIMIT,
            )
            return measure(url, folder, pipelines, edits, say)


def with_default_settings(pipelines: int, edits: int, say: Callable[[str], None]) -> list[float]:
    """
    Return the seconds of each edit on an Airflow whose DAG processor has its default settings.
    """
    with tempfile.TemporaryDirectory(prefix="flowkit-latency-", ignore_cleanup_errors=True) as name:
        home = Path(name) / "airflow"
        server = AirflowServer(
            home,
            database=migrated(Path(name) / "made"),
            settings={"AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "2"},
        )
        server.dag_folder.mkdir(parents=True)
        for one in names_of(pipelines):
            write(server.dag_folder, one)
        with server:
            wait_for_all(server.url, pipelines)
            return measure(server.url, server.dag_folder, pipelines, edits, say)


def table(pipelines: int, figures: dict[str, list[float]]) -> str:
    """
    Return the figures as a table for people.
    """
    lines = [
        f"| {pipelines} pipelines in as many files | Edits | Median | Worst |",
        "|---|---:|---:|---:|",
    ]
    for name, seconds in figures.items():
        lines.append(
            f"| {name} | {len(seconds)} | {statistics.median(seconds):.2f} s | {max(seconds):.2f} s |"
        )
    return "\n".join(lines)


def main() -> None:
    """
    Measure, and print what was found.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    parser.add_argument("--pipelines", type=int, default=100)
    parser.add_argument("--edits", type=int, default=30, help="under `flowkit dev` (default: 30)")
    parser.add_argument(
        "--default-edits", type=int, default=5, help="with default settings: half a minute each (default: 5)"
    )
    parser.add_argument("--json", type=Path, help="where to write all figures")
    parser.add_argument("--write-docs", action="store_true", help="write the table into docs/dev.md")
    args = parser.parse_args()

    def say(text: str) -> None:
        print(f"  {text}", file=sys.stderr, flush=True)

    where = watching.conditions()
    figures: dict[str, list[float]] = {}
    for name, edits, run in (
        ("`flowkit dev`", args.edits, under_flowkit_dev),
        ("Airflow with default settings", args.default_edits, with_default_settings),
    ):
        if edits:
            figures[name] = run(args.pipelines, edits, say)
    text = f"{table(args.pipelines, figures)}\n\n{where} Airflow {version('apache-airflow-core')}."
    print(text)
    if args.json:
        args.json.write_text(
            json.dumps({"where": where, "seconds": figures}, indent=2) + "\n", encoding="utf-8"
        )
    if args.write_docs:
        watching.write_page(ROOT / "docs" / "dev.md", "benchmarks/dev_latency.py", text)


if __name__ == "__main__":
    main()
