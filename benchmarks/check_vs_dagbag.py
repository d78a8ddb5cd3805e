"""
Measures `flowkit check` beside Airflow's DagBag, over the same files.

500 pipelines of 20 tasks: of Python functions alone, and with operators that are imported lazily; in 500 files and
in 50. Each is run as a process of its own, in turns, and its processor time is taken; of the DagBag also that of
collecting the files alone, after Airflow has been imported. `flowkit check` must not import Airflow: this is checked.

Run it with `python benchmarks/check_vs_dagbag.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

_HEAD = """from __future__ import annotations
from datetime import datetime
from flowkit import Pipeline, generate, lazy_imports, operator, python, task
from flowkit.airflow.dags import register
"""
_LAZY = """with lazy_imports():
    from airflow.providers.standard.operators.bash import BashOperator
"""
_STEP = """
def step(before: int = 0, by: int = 1) -> int:
    return before + by
"""
_PYTHON = """
    pipeline = Pipeline(name, schedule=None, start_date=datetime(2026, 1, 1))
    last = task("step_0", python(step))
    pipeline = pipeline.then(last)
    for number in range(1, 20):
        last = task(f"step_{number}", python(step, last.output, by=number), retries=2)
        pipeline = pipeline.then(last)
    return pipeline
"""
_OPERATORS = """
    pipeline = Pipeline(name, schedule=None, start_date=datetime(2026, 1, 1))
    for number in range(20):
        pipeline = pipeline.task(f"step_{number}", operator(BashOperator, bash_command=f"echo {number}"), retries=2)
    return pipeline
"""
KINDS = {
    "Python tasks": _HEAD + _STEP + "\ndef build(name: str) -> Pipeline:" + _PYTHON,
    "lazy operators": _HEAD + _LAZY + "\ndef build(name: str) -> Pipeline:" + _OPERATORS,
}
"""By name: the text of each file, up to the pipelines that it registers."""

# Both say what they took in processor time: others may use the machine as well.
_CHECK = """
import contextlib, io, json, sys, time
from flowkit.cli.main import main
with contextlib.redirect_stdout(io.StringIO()) as said:
    code = main(["check", sys.argv[1]])
airflow = sorted(name for name in sys.modules if name.partition(".")[0] == "airflow")
print(json.dumps({"all": time.process_time(), "airflow": airflow, "code": code, "said": said.getvalue()[-300:]}))
"""
_DAGBAG = """
import json, logging, sys, time
try:
    from airflow.dag_processing.dagbag import DagBag
except ImportError:
    from airflow.models.dagbag import DagBag
began = time.process_time()
bag = DagBag(sys.argv[1])
now = time.process_time()
print(json.dumps({"all": now, "collect": now - began, "dags": len(bag.dags), "errors": len(bag.import_errors)}))
"""


def main() -> None:
    """
    Measure, and print a table.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip())
    parser.add_argument("--pipelines", type=int, default=500, help="how many pipelines (default: 500)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, in which both take turns (default: 3)")
    args = parser.parse_args()
    print(f"Airflow {version('apache-airflow')}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(
        f"{args.pipelines} pipelines of 20 tasks; seconds of processor time, medians of {args.rounds} rounds\n"
    )
    print(f"{'tasks':<15} {'files':>5} {'check':>7} {'DagBag':>7} {'ratio':>6} {'collect':>8} {'ratio':>6}")
    for kind in KINDS:
        for files in (args.pipelines, max(1, args.pipelines // 10)):
            with tempfile.TemporaryDirectory() as folder:
                row = compare(Path(folder), kind, args.pipelines, files, args.rounds)
            check, whole, collect = row
            print(
                f"{kind:<15} {files:>5} {check:7.2f} {whole:7.2f} {check / whole:6.3f} {collect:8.2f} "
                f"{check / collect:6.3f}",
                flush=True,
            )


def compare(home: Path, kind: str, pipelines: int, files: int, rounds: int) -> tuple[float, float, float]:
    """
    Return the seconds of `flowkit check`, of the DagBag with the import of Airflow, and of the DagBag alone.

    Raises:
        RuntimeError: If one of them did not do its work, or `flowkit check` imported Airflow.
    """
    dags = home / "dags"
    dags.mkdir()
    each = pipelines // files
    for number in range(files):
        names = ", ".join(f'"p{number}_{one}"' for one in range(each))
        (dags / f"file_{number:04}.py").write_text(
            f"{KINDS[kind]}\nregister(generate(build, [{names}]))\n", "utf-8"
        )
    checks: list[float] = []
    bags: list[tuple[float, float]] = []
    for _ in range(rounds):
        checked = _run(_CHECK, dags, home)
        if checked["code"] or checked["airflow"] or f"{each * files} pipeline" not in checked["said"]:
            msg = f"flowkit check went wrong: {checked}"
            raise RuntimeError(msg)
        checks.append(checked["all"])
        bag = _run(_DAGBAG, dags, home)
        if bag["errors"] or bag["dags"] != each * files:
            msg = f"DagBag went wrong: {bag}"
            raise RuntimeError(msg)
        bags.append((bag["all"], bag["collect"]))
    return (
        statistics.median(checks),
        statistics.median(whole for whole, _ in bags),
        statistics.median(collect for _, collect in bags),
    )


def _run(code: str, dags: Path, home: Path) -> dict[str, Any]:
    env = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AIRFLOW_", "_AIRFLOW_"))
        },
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "300",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    done = subprocess.run(
        [sys.executable, "-c", code, str(dags)],
        env=env,
        check=False,
        capture_output=True,
        text=True,
        cwd=home,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
