"""
Loading one DAG out of many, as a worker does for each task that it starts.

One file makes N DAGs of 20 tasks. Airflow says in its parsing context which of them it needs. The file is written by
hand (all DAGs are made, as ever), with `generate(…, dag_id=…)`, and with plain pipelines in a loop. Each measurement
runs in a process of its own, after `import airflow` and the load of a small file.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

HAND = """
from build_dags import operators_by_hand
from airflow.sdk import dag

for number in range({count}):
    globals()[f"{prefix}_{{number}}"] = operators_by_hand(f"{prefix}_{{number}}")
"""

GENERATE = """
from build_dags import operators_with_flowkit
from flowkit import generate
from flowkit.airflow.dags import register

configs = [{{"name": f"{prefix}_{{number}}"}} for number in range({count})]
register(generate(lambda config: operators_with_flowkit(config["name"]), configs, dag_id=lambda config: config["name"]))
"""

LOOP = """
from build_dags import operators_with_flowkit
from flowkit.airflow.dags import register

for number in range({count}):
    register(operators_with_flowkit(f"{prefix}_{{number}}"))
"""

WAYS = {"hand": HAND, "generate": GENERATE, "loop": LOOP}


def measure(way: str, count: int) -> float:
    """Load the last of *count* DAGs in this process; return the seconds."""
    sys.path.insert(0, str(Path(__file__).parent))
    try:
        module = import_module("airflow.dag_processing.dagbag")
    except ImportError:
        module = import_module("airflow.models.dagbag")  # Airflow 3.1
    folder = Path(os.environ["AIRFLOW_HOME"])
    bag = module.DagBag(dag_folder=str(folder), collect_dags=False)
    for prefix, size in (("warm", 3), ("dag", count)):
        file = folder / f"load_{prefix}.py"
        file.write_text(WAYS[way].format(count=size, prefix=prefix))
        wanted = f"{prefix}_{size - 1}"
        os.environ["_AIRFLOW_PARSING_CONTEXT_DAG_ID"] = wanted
        gc.collect()
        begin = time.process_time()
        bag.process_file(str(file))
        elapsed = time.process_time() - begin
        if wanted not in bag.dags or bag.import_errors:
            raise SystemExit(f"{way}: {wanted} was not loaded: {bag.import_errors}")
    return elapsed


def measured_apart(way: str, count: int) -> float:
    """Return the same, measured in a fresh process."""
    command = [sys.executable, __file__, "--measure", way, str(count)]
    with TemporaryDirectory() as home:
        environment = {"AIRFLOW_HOME": home, "PATH": "", "PYTHONPATH": str(Path(__file__).parent.parent)}
        environment["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return float(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each (default: 5)")
    parser.add_argument("--sizes", nargs="+", type=int, default=[50, 500, 5_000], help="DAGs in the file")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS), help="how the file is written")
    parser.add_argument("--measure", nargs=2, metavar=("WAY", "DAGS"), help="once, in this process")
    options = parser.parse_args()
    if options.measure:
        print(measure(options.measure[0], int(options.measure[1])))
        return

    cases = [(way, size) for way in options.ways for size in options.sizes if (way, size) != ("hand", 5_000)]
    found: dict[tuple[str, int], list[float]] = {case: [] for case in cases}
    for _ in range(options.rounds):
        for (way, size), times in found.items():
            times.append(measured_apart(way, size) * 1e3)
    print("| DAGs in the file | way | milliseconds (median) | fastest | ratio to hand-written |")
    print("|---:|---|---:|---:|---:|")
    for (way, size), times in found.items():
        hand = found.get(("hand", size))
        ratio = f"{statistics.median(times) / statistics.median(hand):.3f}" if hand else ""
        print(f"| {size:,} | {way} | {statistics.median(times):.1f} | {min(times):.1f} | {ratio} |")


if __name__ == "__main__":
    main()
