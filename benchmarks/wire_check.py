"""
What it costs to look at each DAG before Airflow's processor sends it: parse, serialize and encode, with and without.

    python benchmarks/wire_check.py

20 DAGs of 20 tasks in one file, in one process: each round parses the file once in each way, in turns, so that whatever
else the machine does meanwhile slows down both. The file is loaded by Airflow's own `BundleDagBag`, and the result is
encoded as the process that parses files encodes it.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

DAGS = 20
TASKS = 20

SOURCE = """\
from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import Asset, BaseOperator

from flowkit import Pipeline, generate, operator, python
from flowkit.airflow.dags import register


class Own(BaseOperator):
    template_fields = ("settings",)

    def __init__(self, settings=None, **kwargs):
        super().__init__(**kwargs)
        self.settings = settings

    @property
    def queue(self):
        return "own"

    @queue.setter
    def queue(self, value):
        pass


def work(number, table, options):
    pass


ACTIONS = {{
    "operators": lambda number: operator(BashOperator, bash_command=f"echo {{number}}", env={{"NUMBER": str(number)}}),
    "functions": lambda number: python(work, number, "orders", {{"rows": [number, 2.5], "full": True}}),
    "tried": lambda number: operator(Own, settings={{"rows": [number, 2.5]}}),
}}


def build(number):
    pipeline = Pipeline(
        f"dag_{{number}}", schedule="@daily", start_date=datetime(2026, 1, 1), catchup=False, tags=["benchmark"]
    ).defaults(owner="data", retries=2, retry_delay=timedelta(minutes=5))
    for group in range(4):
        box = pipeline.group(f"g{{group}}")
        for task in range({tasks} // 4):
            box = box.task(f"t{{task}}", ACTIONS[{kind!r}](task), outlets=[Asset(f"s3://bucket/{{number}}/{{task}}")])
        pipeline = box.end()
    return pipeline


register(generate(build, range({dags}), dag_id=lambda number: f"dag_{{number}}"))
"""

KINDS = {
    "operators": "Bash operators",
    "functions": "functions",
    "tried": "operators that have to be tried",
}
"""What the tasks are: the types of the first two are known, the last have a property that Airflow serializes."""


def parse(file: Path) -> float:
    """Parse, serialize and encode the file once, and return the seconds of processor time."""
    import structlog
    from airflow.dag_processing.dagbag import BundleDagBag
    from airflow.dag_processing.processor import DagFileParsingResult, _serialize_dags
    from airflow.sdk.execution_time.comms import _RequestFrame

    gc.collect()
    begin = time.process_time()
    bag = BundleDagBag(dag_folder=str(file), bundle_path=file.parent, bundle_name="b", load_op_links=False)
    dags, errors = _serialize_dags(bag, structlog.get_logger())
    result = DagFileParsingResult(fileloc=str(file), serialized_dags=dags, import_errors=errors)
    bytes(_RequestFrame(id=1, body=result.model_dump()).as_bytes())
    seconds = time.process_time() - begin
    if errors or bag.import_errors or len(dags) != DAGS:
        raise SystemExit(f"{len(dags)} DAGs, {bag.import_errors or errors}")
    return seconds


def measure(kind: str, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each round with and without the check."""
    wire: Any = import_module("flowkit.airflow.wire")
    ways: dict[str, Callable[[Any], bool]] = {"without": lambda _: True, "with": wire.is_certain}
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"{kind}_dags.py")
        file.write_text(SOURCE.format(kind=kind, dags=DAGS, tasks=TASKS))
        for number in range(rounds + 1):
            # The order changes, so that neither always comes second.
            for way in ways if number % 2 else reversed(ways):
                wire.is_certain = ways[way]
                seconds[way].append(parse(file))
    wire.is_certain = ways["with"]
    return {way: found[1:] for way, found in seconds.items()}  # the first fills caches


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=40, help="measurements of each way (default: 40)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ.setdefault("AIRFLOW_HOME", home)
        os.environ.update(AIRFLOW__CORE__LOAD_EXAMPLES="False", AIRFLOW__LOGGING__LOGGING_LEVEL="ERROR")
        print(f"Python {platform.python_version()}, Airflow {version('apache-airflow')}")
        print(f"{DAGS} DAGs of {TASKS} tasks, microseconds of processor time per task\n")
        print(
            "| | without (median) | fastest | with (median) | fastest | ratio of medians | of the fastest "
            "| median of each round's |"
        )
        print("|---|---:|---:|---:|---:|---:|---:|---:|")
        for kind, words in KINDS.items():
            found = measure(kind, options.rounds)
            without, looked = (
                [1e6 * one / DAGS / TASKS for one in found[way]] for way in ("without", "with")
            )
            middle = statistics.median(without), statistics.median(looked)
            print(
                f"| {words} | {middle[0]:.0f} | {min(without):.0f} | {middle[1]:.0f} | {min(looked):.0f} "
                f"| {middle[1] / middle[0]:.3f} | {min(looked) / min(without):.3f} "
                f"| **{statistics.median(each / other for each, other in zip(looked, without, strict=True)):.3f}** |"
            )


if __name__ == "__main__":
    main()
