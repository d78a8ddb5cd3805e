"""
How long `flowkit diff` takes on many pipelines, none of whose files imports Airflow.

A project in a git repository is generated, and every tenth pipeline is changed. Wall time is what a person waits; the
time of all processes together does not depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flowkit.base.airflow_config import airflow_version

ROOT = Path(__file__).parent.parent
LIMIT = 3.0
"""Seconds of all processes together, for 500 pipelines: on an idle machine with two cores one waits less."""

STEPS = '''"""What the tasks do."""


def fetch(table: str) -> list[int]:
    """Fetch it."""
    return [len(table)]


def clean(rows: list[int]) -> list[int]:
    """Clean it."""
    return sorted(rows)


def store(rows: list[int], table: str, *, batch: int = 100) -> int:
    """Store it."""
    return len(clean(rows)) + batch + len(table)
'''
FILE = '''"""One of many."""

from datetime import datetime

from flowkit import Group, Pipeline, cron, python, task
from flowkit.airflow.dags import register
from steps import clean, fetch, store


def layer(name: str) -> Group[int]:
    fetched = task("fetch", python(fetch, name))
    cleaned = task("clean", python(clean, fetched.output))
    stored = task("store", python(store, cleaned.output, name, batch={batch}))
    return Group(name).then(fetched).then(cleaned).then(stored).returns(stored)


register(
    Pipeline("pipeline_{number}", schedule=cron("{minute} * * * *"), start_date=datetime(2026, 1, 1))
    .defaults(owner="data", retries=2)
    .task("start")
    .then(layer("orders"), layer("users"), layer("items"))
    .then(layer("sales"), layer("stock"), layer("costs"))
    .task("end")
)
'''


def write(project: Path, count: int, batch: int, every: int = 1) -> None:
    """
    Write the files, or change some of them.
    """
    for number in range(0, count, every):
        text = FILE.replace("{number}", str(number)).replace("{minute}", str(number % 60))
        (project / "dags" / f"p{number}.py").write_text(text.replace("{batch}", str(batch)), encoding="utf-8")


def prepare(project: Path, count: int) -> None:
    """
    Make a repository with one commit, and a change that is not committed.
    """
    (project / "dags").mkdir()
    (project / "pyproject.toml").touch()
    (project / "dags" / "steps.py").write_text(STEPS, encoding="utf-8")
    write(project, count, 100)
    who = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@localhost")
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "before")):
        subprocess.run(["git", *words], cwd=project, check=True)  # noqa: S607
    write(project, count, 200, 10)


def measure(project: Path, *words: str) -> tuple[float, float, str]:
    """
    Return wall time and processor time of one call, in seconds, and the last line that it printed.
    """
    command = [sys.executable, "-m", "flowkit", *words]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stderr)
    return wall, used, done.stdout.rstrip().rpartition("\n")[2]


def main() -> int:
    """
    Measure, print, and return 1 when the limit does not hold.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pipelines", type=int, default=500)
    parser.add_argument("--times", type=int, default=5)
    args = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="flowkit-benchmark-") as name:
        project = Path(name)
        prepare(project, args.pipelines)
        found = [measure(project, "diff") for _ in range(args.times)]
        shown = [measure(project, "show", "pipeline_7") for _ in range(args.times)]
    print(f"Python {platform.python_version()}, Airflow {airflow_version()}, {os.cpu_count()} cores")
    print(f"flowkit diff, {args.pipelines} files of one pipeline with 20 tasks: {found[0][2]}")
    walls, used = sorted(one[0] for one in found), sorted(one[1] for one in found)
    print(
        f"  wall {walls[0]:.2f} s at best, {walls[-1]:.2f} s at worst; all processes {used[0]:.2f} s at best"
    )
    print(f"flowkit show: wall {min(one[0] for one in shown):.2f} s at best")
    limit = LIMIT * args.pipelines / 500
    print(f"{'Within' if used[0] < limit else 'BEYOND'} the limit of {limit:.1f} s, even on one core.")
    return 0 if used[0] < limit else 1


if __name__ == "__main__":
    raise SystemExit(main())
