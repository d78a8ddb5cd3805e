"""
How long it takes from a push until Airflow shows what was pushed, with the intervals that `flowkit recipe` writes.

    PYTHONPATH=. python benchmarks/git_push.py                  # about seven minutes, most of them spent waiting
    PYTHONPATH=. python benchmarks/git_push.py --pushes 2       # less exact
    PYTHONPATH=. python benchmarks/git_push.py --write-docs     # and write the table into docs/deployment.md

A bare repository on disk, and a real Airflow with the `GitDagBundle` of the recipe, and the recipe's settings for the
DAG processor; then the same with shorter intervals. Pushes come at moments spread evenly over the interval: one adds a
file, one changes a file, one changes only a module that the file imports. The API is asked four times a second whether
it shows what was pushed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import attrs

from benchmarks import watching
from flowkit.scaffold.recipe import Recipe
from tests.e2e.airflow_server import AirflowServer, migrated
from tests.e2e.repository import GIT_ENV, Repository

DOCS: Final = Path(__file__).parent.parent / "docs" / "deployment.md"

FILE: Final = """\
from company.shared import DESCRIPTION
from flowkit import Pipeline
from flowkit.airflow.dags import register

register(Pipeline("{name}", description=f"{text} {{DESCRIPTION}}").task("fetch"))
"""

CHANGES: Final = ("adds a file", "changes a file", "changes only a module that the file imports")


@attrs.frozen
class Intervals:
    """
    What is in force, in seconds.
    """

    says: str
    refresh: int
    """`refresh_interval` of the bundle."""

    check: int
    """`bundle_refresh_check_interval`: how often Airflow looks whether that time is over."""

    parse: int
    """`min_file_process_interval`."""


RECIPE: Final = Intervals("the recipe", 30, 5, Recipe(repo="https://git.example.com/a.git").parse_interval)
SHORT: Final = Intervals("shorter", 5, 1, 10)


def measure(home: Path, database: Path, intervals: Intervals, pushes: int) -> dict[str, list[float]]:
    """
    Return the seconds of each push, by what it changes.
    """
    repository = Repository(home.with_suffix(".git"))
    repository.push({"dags/company/shared.py": _shared("0"), "dags/first.py": _file("first", "0")})
    recipe = Recipe(repo=repository.bare.as_uri(), public=True)
    bundles = recipe.bundles
    bundles[0]["kwargs"]["refresh_interval"] = intervals.refresh
    settings = {
        **GIT_ENV,
        "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": str(recipe.write_interval),
        "AIRFLOW__DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": str(intervals.check),
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(bundles),
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": str(home / "bundles"),
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": str(intervals.parse),
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": str(recipe.parsing_processes),
    }
    home.mkdir()
    took: dict[str, list[float]] = {change: [] for change in CHANGES}
    components = ("dag-processor", "api-server")
    with AirflowServer(home, components=components, settings=settings, database=database) as airflow:
        _shown(airflow, "first", "0 0")
        for number in range(1, pushes + 1):
            for change, (name, file, shared) in zip(
                CHANGES,
                [
                    (f"new_{number}", "0", str(number - 1)),
                    ("first", str(number), str(number - 1)),
                    ("first", str(number), str(number)),
                ],
                strict=True,
            ):
                time.sleep(intervals.refresh * (number - 1) / pushes)
                since = time.monotonic()
                repository.push(
                    {f"dags/{name}.py": _file(name, file), "dags/company/shared.py": _shared(shared)}
                )
                _shown(airflow, name, f"{file} {shared}")
                took[change].append(time.monotonic() - since)
    return took


def _file(name: str, text: str) -> str:
    return FILE.format(name=name, text=text)


def _shared(text: str) -> str:
    return f"DESCRIPTION = {text!r}\n"


def _shown(airflow: AirflowServer, dag_id: str, description: str) -> None:
    def is_shown() -> bool:
        answer = airflow.client.get(f"dags/{dag_id}")
        return answer.is_success and answer.json()["description"] == description

    airflow.wait_for(is_shown, f"{description!r} at {dag_id!r}", 240)


def rows(intervals: Intervals, took: dict[str, list[float]]) -> list[str]:
    """
    Return rows of the table.
    """
    return [
        f"| {intervals.says} | {intervals.refresh} s | {intervals.parse} s | {change} | "
        f"**{statistics.median(seconds):.0f} s** | {max(seconds):.0f} s |"
        for change, seconds in took.items()
    ]


def main() -> int:
    """
    Measure, and print what was seen.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pushes", type=int, default=4, help="of each kind, with each intervals")
    parser.add_argument("--write-docs", action="store_true", help="write the table into docs/deployment.md")
    chosen = parser.parse_args()
    text = [f"{chosen.pushes} pushes of each kind. {watching.conditions()}", ""]
    text += [
        "| Intervals | `refresh_interval` | `min_file_process_interval` | The push | Visible after | At most |",
        "|---|---:|---:|---|---:|---:|",
    ]
    with tempfile.TemporaryDirectory(prefix="flowkit-push-") as folder:
        database = migrated(Path(folder))
        for number, intervals in enumerate((RECIPE, SHORT)):
            took = measure(Path(folder) / f"home{number}", database, intervals, chosen.pushes)
            text += rows(intervals, took)
    print("\n".join(text))
    if chosen.write_docs:
        watching.write_page(DOCS, "benchmarks/git_push.py", "\n".join(text))
    return 0


if __name__ == "__main__":
    sys.exit(main())
