"""
Measures `flowkit check` beside Airflow's DagBag, over the same files.

500 pipelines of 20 tasks: of Python functions alone, and with operators that are imported lazily; in 500 files and
in 50. Each is run as a process of its own, in turns. Two times are taken of each, from the start of the process to its
end: how long one waits for it, and its processor time, that of the copies included among which `flowkit check` shares
many files. The DagBag needs Airflow, whose import is part of its time; what it takes without that is told as well.
`flowkit check` must not import Airflow: this is checked.

    python benchmarks/check_vs_dagbag.py                            # some minutes
    python benchmarks/check_vs_dagbag.py --write                    # and into docs/benchmarks.md
    python benchmarks/check_vs_dagbag.py --pipelines 100 --rounds 1 # to try it
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from watching import write_page

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

_CHECK = """
import contextlib, io, json, sys
from flowkit.cli.main import main
with contextlib.redirect_stdout(io.StringIO()) as said:
    code = main(["check", sys.argv[1]])
airflow = sorted(name for name in sys.modules if name.partition(".")[0] == "airflow")
print(json.dumps({"airflow": airflow, "code": code, "said": said.getvalue()[-300:]}))
"""
_DAGBAG = """
import json, sys, time
try:
    from airflow.dag_processing.dagbag import DagBag
except ImportError:
    from airflow.models.dagbag import DagBag
import airflow.sdk
waited, processor = time.perf_counter(), time.process_time()
bag = DagBag(sys.argv[1])
alone = time.perf_counter() - waited, time.process_time() - processor
print(json.dumps({"dags": len(bag.dags), "errors": len(bag.import_errors), "alone": alone}))
"""


class Spent(NamedTuple):
    """
    What a process took, in seconds.
    """

    waited: float
    processor: float


class Row(NamedTuple):
    """
    What one kind of files took.
    """

    kind: str
    files: int
    check: Spent
    bag: Spent
    alone: Spent
    """The DagBag, without the import of Airflow."""


def main() -> None:
    """
    Measure, print a table, and write it into the documentation when asked to.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pipelines", type=int, default=500, help="how many pipelines (default: 500)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, in which both take turns (default: 3)")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    args = parser.parse_args()
    rows: list[Row] = []
    for kind in KINDS:
        for files in (args.pipelines, max(1, args.pipelines // 10)):
            with tempfile.TemporaryDirectory() as folder:
                rows.append(compare(Path(folder), kind, args.pipelines, files, args.rounds))
    text = table(rows, args.pipelines, args.rounds)
    print(text)
    if args.write:
        write_page(
            Path(__file__).parent.parent / "docs" / "benchmarks.md", "benchmarks/check_vs_dagbag.py", text
        )


def table(rows: list[Row], pipelines: int, rounds: int) -> str:
    """
    Return the figures as the documentation has them.
    """
    today = datetime.now(timezone.utc)
    lines = [
        f"{pipelines} pipelines, measured on {today.day} {today:%B %Y} with Airflow {version('apache-airflow')} and "
        f"Python {platform.python_version()}, on",
        f"a {platform.system()} machine with {os.cpu_count()} cores. Seconds, each the least of {rounds} rounds in "
        "which both took turns.",
    ]
    names = ("How long one waits", "Processor time, all processes together")
    for at, name in enumerate(names):
        lines += [
            "",
            f"| {name} | Files | `flowkit check` | DagBag | check : DagBag | DagBag without the import of Airflow "
            "| check : that |",
            "|---|---:|---:|---:|---:|---:|---:|",
        ]
        for row in rows:
            check, bag, alone = row.check[at], row.bag[at], row.alone[at]
            lines.append(
                f"| {row.kind} | {row.files} | {check:.2f} | {bag:.2f} | **{check / bag:.3f}** | {alone:.2f} "
                f"| {check / alone:.2f} |"
            )
    return "\n".join(lines)


def compare(home: Path, kind: str, pipelines: int, files: int, rounds: int) -> Row:
    """
    Return what `flowkit check` and the DagBag took, each with all that it imports.

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
    checks: list[Spent] = []
    bags: list[Spent] = []
    alone: list[Spent] = []
    for _ in range(rounds):
        spent, checked = _run(_CHECK, dags, home)
        if checked["code"] or checked["airflow"] or f"{each * files} pipeline" not in checked["said"]:
            msg = f"flowkit check went wrong: {checked}"
            raise RuntimeError(msg)
        checks.append(spent)
        spent, bag = _run(_DAGBAG, dags, home)
        if bag["errors"] or bag["dags"] != each * files:
            msg = f"DagBag went wrong: {bag}"
            raise RuntimeError(msg)
        bags.append(spent)
        alone.append(Spent(*bag["alone"]))
    return Row(kind, files, _least(checks), _least(bags), _least(alone))


def _least(spent: list[Spent]) -> Spent:
    # Others may use the machine as well: what is least was disturbed least.
    return Spent(min(one.waited for one in spent), min(one.processor for one in spent))


def _run(code: str, dags: Path, home: Path) -> tuple[Spent, dict[str, Any]]:
    env = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AIRFLOW_", "_AIRFLOW_"))
        },
        # Both compile each file: a DagBag would keep bytecode, and `flowkit check` would find it in the next round.
        "PYTHONDONTWRITEBYTECODE": "1",
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "300",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, str(dags)],
        env=env,
        check=False,
        capture_output=True,
        text=True,
        cwd=home,
    )
    waited, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return Spent(waited, processor), found


if __name__ == "__main__":
    main()
