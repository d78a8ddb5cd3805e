"""
Building and serializing DAGs: by hand, as the Airflow documentation writes them, and with flowkit.

100 DAGs with 20 tasks each, in 4 groups of 5 that follow each other. Each measurement runs in a process of its own, and
the two ways take turns. Both import Airflow and make two small DAGs before the clock starts.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow.sdk import DAG

GROUPS = 4
TASKS = 5

DEFAULTS: dict[str, Any] = {"owner": "data", "retries": 2, "retry_delay": timedelta(minutes=5)}
SETTINGS: dict[str, Any] = {
    "schedule": "@daily",
    "start_date": datetime(2026, 1, 1),  # noqa: DTZ001 - as people write it
    "catchup": False,
    "tags": ["benchmark"],
}


def work(number: int) -> int:
    """What the tasks do that call a function."""
    return number


def operators_by_hand(dag_id: str) -> DAG:
    """Return a DAG of BashOperators, written by hand."""
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.sdk import DAG, TaskGroup

    with DAG(dag_id, default_args=DEFAULTS, **SETTINGS) as dag:  # noqa: AIR002 - among the settings
        before: TaskGroup | None = None
        for group in range(GROUPS):
            with TaskGroup(f"g{group}") as box:
                last: BashOperator | None = None
                for number in range(TASKS):
                    current = BashOperator(task_id=f"t{number}", bash_command=f"echo {number}")
                    if last is not None:
                        last >> current
                    last = current
            if before is not None:
                before >> box
            before = box
    return dag


def functions_by_hand(dag_id: str) -> DAG:
    """Return a DAG of functions under `@task`, written by hand."""
    from airflow.sdk import DAG, TaskGroup, task

    with DAG(dag_id, default_args=DEFAULTS, **SETTINGS) as dag:  # noqa: AIR002 - among the settings
        before: TaskGroup | None = None
        for group in range(GROUPS):
            with TaskGroup(f"g{group}") as box:
                last: Any = None
                for number in range(TASKS):
                    current = task(task_id=f"t{number}")(work)(number)
                    if last is not None:
                        last >> current
                    last = current
            if before is not None:
                before >> box
            before = box
    return dag


def operators_with_flowkit(dag_id: str) -> Any:
    """Return the same pipeline of BashOperators."""
    from airflow.providers.standard.operators.bash import BashOperator

    from flowkit import Pipeline, operator

    pipeline = Pipeline(dag_id, **SETTINGS).defaults(**DEFAULTS)
    for group in range(GROUPS):
        box = pipeline.group(f"g{group}")
        for number in range(TASKS):
            box = box.task(f"t{number}", operator(BashOperator, bash_command=f"echo {number}"))
        pipeline = box.end()
    return pipeline


def functions_with_flowkit(dag_id: str) -> Any:
    """Return the same pipeline of functions."""
    from flowkit import Pipeline, python

    pipeline = Pipeline(dag_id, **SETTINGS).defaults(**DEFAULTS)
    for group in range(GROUPS):
        box = pipeline.group(f"g{group}")
        for number in range(TASKS):
            box = box.task(f"t{number}", python(work, number))
        pipeline = box.end()
    return pipeline


def by_hand(make: Callable[[str], DAG], count: int) -> dict[str, Any]:
    """Return *count* DAGs by id, as a DAG file of a loop has them in its globals."""
    return {f"dag_{number}": make(f"dag_{number}") for number in range(count)}


def with_flowkit(make: Callable[[str], Any], count: int) -> dict[str, Any]:
    """Return the same, registered."""
    from flowkit.airflow.dags import register

    namespace: dict[str, Any] = {}
    register(*[make(f"dag_{number}") for number in range(count)], namespace=namespace)
    return {dag_id: dag for dag_id, dag in namespace.items() if not dag_id.startswith("__")}


Ways = dict[str, Callable[[int], dict[str, Any]]]

KINDS: dict[str, Ways] = {
    "operators": {
        "hand": lambda count: by_hand(operators_by_hand, count),
        "flowkit": lambda count: with_flowkit(operators_with_flowkit, count),
    },
    "functions": {
        "hand": lambda count: by_hand(functions_by_hand, count),
        "flowkit": lambda count: with_flowkit(functions_with_flowkit, count),
    },
}
"""What the tasks are, and the two ways to write them."""


def shape_of(dag: Any) -> list[list[Any]]:
    """Return the tasks of a DAG with their operators, groups and edges."""
    return [
        [task.task_id, task.task_type, task.task_group.group_id, sorted(task.downstream_task_ids)]
        for task in dag.tasks
    ]


def measure(kind: str, way: str, count: int) -> dict[str, Any]:
    """Build and serialize *count* DAGs in this process; return the seconds, and what was made."""
    module = import_module("airflow.serialization.serialized_objects")
    serializer = getattr(module, "DagSerialization", None) or module.SerializedDAG  # Airflow 3.1
    for dag in KINDS[kind][way](2).values():
        serializer.to_dict(dag)
    gc.collect()
    begin = time.process_time()
    dags = KINDS[kind][way](count)
    built = time.process_time()
    for dag in dags.values():
        serializer.to_dict(dag)
    ended = time.process_time()
    return {
        "build": built - begin,
        "both": ended - begin,
        "shape": {dag_id: shape_of(dag) for dag_id, dag in dags.items()},
    }


def measured_apart(kind: str, way: str, count: int) -> dict[str, Any]:
    """Return the same, measured in a fresh process."""
    command = [sys.executable, __file__, "--measure", kind, way, str(count)]
    with TemporaryDirectory() as home:
        environment = {"AIRFLOW_HOME": home, "PATH": "", "PYTHONPATH": str(Path(__file__).parent.parent)}
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def table(kind: str, count: int, rounds: int) -> None:
    """Measure both ways in turns, and print a table."""
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in KINDS[kind]}
    for _ in range(rounds):
        for way, results in found.items():
            results.append(measured_apart(kind, way, count))
    first = found["hand"][0]["shape"]
    if any(result["shape"] != first for results in found.values() for result in results):
        raise SystemExit(f"{kind}: the two ways do not make the same tasks and edges.")
    print(f"\n{kind}: {count} DAGs of {GROUPS * TASKS} tasks, milliseconds of processor time\n")
    print(
        "| | hand-written (median) | fastest | flowkit (median) | fastest | ratio of medians | of the fastest |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    for step, words in (("build", "build"), ("both", "build + serialize")):
        hand, own = ([result[step] * 1e3 for result in found[way]] for way in ("hand", "flowkit"))
        middle = [statistics.median(hand), statistics.median(own)]
        print(
            f"| {words} | {middle[0]:.0f} | {min(hand):.0f} | {middle[1]:.0f} | {min(own):.0f} "
            f"| **{middle[1] / middle[0]:.2f}** | {min(own) / min(hand):.2f} |"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="measurements of each way (default: 7)")
    parser.add_argument("--dags", type=int, default=100, help="number of DAGs (default: 100)")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS), help="what the tasks are")
    parser.add_argument("--measure", nargs=3, metavar=("KIND", "WAY", "DAGS"), help="once, in this process")
    options = parser.parse_args()
    if options.measure:
        kind, way, count = options.measure
        print(json.dumps(measure(kind, way, int(count))))
        return

    print(f"Python {platform.python_version()}, Airflow {version('apache-airflow')}, {platform.platform()}")
    for kind in options.kinds:
        table(kind, options.dags, options.rounds)


if __name__ == "__main__":
    main()
