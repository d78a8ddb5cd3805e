"""
Measures what a parse costs in Airflow's DAG processor, with an operator imported in four ways.

The same pipelines are parsed by a real `airflow dag-processor`, again and again, one file after the other:

- at the top: `from … import KubernetesPodOperator`, which the DAG processor sees and imports before it forks;
- lazy, preloaded: in a block of lazy imports, with flowkit's plugin;
- lazy, alone: the same, with the plugin switched off;
- by hand: plain Airflow, imported at the top.

Needs Airflow, flowkit and the provider:
`pip install apache-airflow-providers-cncf-kubernetes && python benchmarks/lazy_imports.py`.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

_IMPORT = "from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator\n"
_BODY = """
def build(n: int) -> Pipeline:
    pod = operator(KubernetesPodOperator, image="busybox", name="pod")
    return Pipeline(f"{NAME}_{n}", schedule=None, start_date=datetime(2026, 1, 1)).task("pod", pod)


register(generate(build, range(3)))
"""
_HEAD = "from datetime import datetime\n{}from flowkit.airflow.dags import register\n"
_TOP = _HEAD.format("from flowkit import Pipeline, generate, operator\n") + _IMPORT
_LAZY = _HEAD.format("from flowkit import Pipeline, generate, lazy_imports, operator\n") + (
    "with lazy_imports():\n    " + _IMPORT
)
_HAND = f"""from datetime import datetime
from airflow.sdk import DAG
{_IMPORT}
for n in range(3):
    with DAG(f"{{NAME}}_{{n}}", schedule=None, start_date=datetime(2026, 1, 1)) as dag:
        KubernetesPodOperator(task_id="pod", image="busybox", name="pod")
    globals()[f"dag_{{n}}"] = dag
"""
WAYS = {
    "at the top": (_TOP + _BODY, "True"),
    "lazy, preloaded": (_LAZY + _BODY, "True"),
    "lazy, alone": (_LAZY + _BODY, "False"),
    "by hand": (_HAND, "False"),
}
"""By name: the text of each file, and whether flowkit's plugin may preload."""


def main() -> None:
    """
    Measure, and print a table.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip())
    parser.add_argument("--files", type=int, default=4, help="files of three pipelines each (default: 4)")
    parser.add_argument("--parses", type=int, default=3, help="parses of each file in a round (default: 3)")
    parser.add_argument(
        "--rounds", type=int, default=3, help="rounds, in which the ways take turns (default: 3)"
    )
    args = parser.parse_args()
    print(f"Airflow {version('apache-airflow')}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(f"{args.files} files with KubernetesPodOperator; seconds per parse\n")
    taken: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(args.rounds):
        for name, (text, preload) in WAYS.items():
            with tempfile.TemporaryDirectory() as folder:
                taken[name] += measure(Path(folder), text, preload, args.files, args.parses)
    print(f"{'import':<17} {'parses':>6} {'median':>7} {'least':>7} {'most':>7}")
    for name, all_of_it in taken.items():
        least, middle, most = min(all_of_it), statistics.median(all_of_it), max(all_of_it)
        print(f"{name:<17} {len(all_of_it):>6} {middle:7.2f} {least:7.2f} {most:7.2f}")


def measure(home: Path, text: str, preload: str, files: int, parses: int) -> list[float]:
    """
    Return the seconds that the DAG processor took for each parse, without the first one of each file.

    Raises:
        RuntimeError: If the DAG processor ends by itself, or a file has an import error.
    """
    dags = home / "dags"
    dags.mkdir()
    for number in range(files):
        (dags / f"file_{number}.py").write_text(f'NAME = "p{number}"\n{text}', "utf-8")
    env = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AIRFLOW_", "_AIRFLOW_"))
        },
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "1",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "AIRFLOW__FLOWKIT__PRELOAD": preload,
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    airflow = [sys.executable, "-m", "airflow"]
    subprocess.run([*airflow, "db", "migrate"], env=env, check=True, capture_output=True)
    with (
        (home / "log").open("wb") as log,
        subprocess.Popen(
            [*airflow, "dag-processor"], env=env, stdout=log, stderr=log, start_new_session=True
        ) as processor,
    ):
        try:
            return _watch(home, processor, files, parses)
        finally:
            os.killpg(processor.pid, signal.SIGTERM)
            try:
                processor.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(processor.pid, signal.SIGKILL)


def _watch(home: Path, processor: subprocess.Popen[bytes], files: int, parses: int) -> list[float]:
    seen: dict[str, dict[str, float]] = {}
    deadline = time.monotonic() + 60 * files * (parses + 1)
    while len(seen) < files or min(len(durations) for durations in seen.values()) < parses + 1:
        if processor.poll() is not None:
            msg = f"The DAG processor ended:\n{(home / 'log').read_text()[-2000:]}"
            raise RuntimeError(msg)
        if time.monotonic() > deadline:
            msg = f"The DAG processor parses too slowly:\n{(home / 'log').read_text()[-2000:]}"
            raise RuntimeError(msg)
        time.sleep(0.2)
        with sqlite3.connect(f"file:{home / 'airflow.db'}?mode=ro", uri=True, timeout=30) as database:
            wrong = database.execute("select stacktrace from import_error").fetchone()
            rows = database.execute(
                "select fileloc, last_parsed_time, last_parse_duration from dag"
            ).fetchall()
        if wrong:
            raise RuntimeError(wrong[0])
        for file, when, seconds in rows:
            if when is not None and seconds is not None:
                seen.setdefault(file, {})[when] = seconds
    return [seconds for durations in seen.values() for seconds in list(durations.values())[1 : parses + 1]]


if __name__ == "__main__":
    main()
