"""
What flowkit's plugin costs mypy: a repository of 500 pipelines, checked with and without it, in turns.

    PYTHONPATH=. python benchmarks/mypy_plugin.py                          # about ten minutes
    PYTHONPATH=. python benchmarks/mypy_plugin.py --count 50 --rounds 1    # a trial
    PYTHONPATH=. python benchmarks/mypy_plugin.py --write-docs             # and write the table of the documentation

Each run is a process of its own. "Cold" has an empty cache, so that mypy reads Airflow as well; "new" has a cache that
holds Airflow and flowkit only; "warm" is the same run once more; "changed" the next one, after one file of ten has
changed. What counts is the time of the processor, which other processes disturb less; the least of all rounds stands
for each.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks import watching

LIMIT = 1.15
ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "type-checkers.md"

PIPELINE = '''"""
Airflow DAG {number}: orders of one shop.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.sensors.filesystem import FileSensor

from flowkit import Group, Pipeline, Pod, branch, cron, each, operator, over, python, task
from flowkit.airflow.dags import register


def fetch(table: str) -> list[float]:
    return [float(len(table))]


def clean(amounts: list[float]) -> list[float]:
    return [amount for amount in amounts if amount > 0]


def total(amounts: list[float]) -> float:
    return sum(amounts)


def tell(text: str) -> None:
    print(text)


def size(amount: float) -> Literal["much", "little"]:
    return "much" if amount > 100 else "little"


def ingestion(table: str) -> Group[list[float]]:
    fetched = task("fetch", python(fetch, table), retries=5, retry_delay=timedelta(minutes=1))
    cleaned = task("clean", python(clean, fetched.output))
    return Group("ingestion", tooltip="Raw in").then(fetched).then(cleaned).returns(cleaned)


rows = ingestion("orders_{number}")
summed = task("total", python(total, rows.output))
much, little = task("much", python(tell, "much")), task("little", python(tell, "little"))
choose = task("choose", branch(size, summed.output).to({{"much": much, "little": little}}))

register(
    Pipeline("orders_{number}", schedule=cron("0 6 * * *"), start_date=datetime(2026, 1, 1), catchup=False)
    .defaults(owner="data-platform", retries=2, pod=Pod(cpu="500m"))
    .task("wait", operator(FileSensor, filepath="orders_{number}.csv", poke_interval=30, mode="reschedule"))
    .then(rows)
    .then(summed)
    .then(choose)
    .group("publish", tooltip="Out")
    .task("archive", operator(BashOperator, bash_command="make archive"), trigger_rule="none_failed")
    .task("regions", each(tell, over(["north", "south"])))
    .task("notify", python(tell, text="{number}"))
    .end()
    .task("end")
)
'''


def write(folder: Path, count: int) -> None:
    """Write the pipelines."""
    (folder / "dags").mkdir()
    for number in range(count):
        (folder / "dags" / f"orders_{number}.py").write_text(PIPELINE.format(number=number), encoding="utf-8")
    for name, line in (("with", "plugins = flowkit.mypy\n"), ("without", "")):
        settings = f"[mypy]\nstrict = True\n{line}[mypy-flowkit.*]\nignore_errors = True\n"
        (folder / f"{name}.ini").write_text(settings, encoding="utf-8")
    # A copy: where flowkit is edited meanwhile, mypy would have to read everything again.
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "flowkit", folder / "source" / "flowkit", ignore=ignored)


def run(folder: Path, name: str, cache: Path, *files: str) -> tuple[float, float]:
    """Return the seconds, of the clock and of the processor, that mypy needs."""
    command = [sys.executable, "-m", "mypy", "--config-file", f"{name}.ini", "--cache-dir", str(cache)]
    source = str(folder / "source")
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [*command, *files],
        cwd=folder,
        env={**os.environ, "MYPYPATH": source, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=False,
    )
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(done.stdout[:2000] + done.stderr)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def change(folder: Path, count: int, turn: int) -> None:
    """Change one file of ten."""
    for number in range(0, count, 10):
        file = folder / "dags" / f"orders_{number}.py"
        file.write_text(f"{PIPELINE.format(number=number)}\n# {turn}\n", encoding="utf-8")


def measure(count: int, rounds: int) -> dict[tuple[str, str], list[tuple[float, float]]]:
    """Return what each run took, by state of the cache and by kind."""
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, count)
        (folder / "one.py").write_text(PIPELINE.format(number="one"), encoding="utf-8")
        for turn in range(rounds):
            for kind in ("without", "with") if turn % 2 else ("with", "without"):
                for state in ("cold", "new", "warm", "changed"):
                    cache = folder / f"cache-{kind}"
                    if state in {"cold", "new"}:
                        shutil.rmtree(cache, ignore_errors=True)
                    if state == "new":
                        run(folder, kind, cache, "one.py")
                    if state == "changed":
                        change(folder, count, turn)
                    found.setdefault((state, kind), []).append(run(folder, kind, cache, "dags"))
                change(folder, count, -1 - turn)
    return found


def table(found: dict[tuple[str, str], list[tuple[float, float]]]) -> tuple[list[str], float]:
    """Return a table of what was measured, and the worse ratio of an empty and of a full cache."""
    lines = ["| Seconds of the processor | without | with | with : without |", "|---|---:|---:|---:|"]
    worst = 0.0
    titles = {
        "cold": "an empty cache",
        "new": "a cache that holds Airflow, and none of the pipelines",
        "warm": "a full cache",
        "changed": "a full cache, one file of ten changed",
    }
    for cache, title in titles.items():
        without, plugin = (min(one[1] for one in found[cache, kind]) for kind in ("without", "with"))
        lines.append(f"| {title} | {without:.2f} | {plugin:.2f} | **{plugin / without:.2f}** |")
        if cache in {"cold", "warm"}:
            worst = max(worst, plugin / without)
    return lines, worst


def main() -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--write-docs", action="store_true", help="write the table into docs/type-checkers.md"
    )
    given = parser.parse_args()
    conditions = watching.conditions()
    lines, worst = table(measure(given.count, given.rounds))

    what = f"{given.count} pipelines, mypy {version('mypy')}, Airflow {version('apache-airflow')}, least of "
    text = "\n".join([f"{what}{given.rounds} rounds in turns. {conditions}", "", *lines])
    print(text)
    if given.write_docs:
        watching.write_page(PAGE, "benchmarks/mypy_plugin.py", text)
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
