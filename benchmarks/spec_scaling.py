"""
How the cost of a spec grows with the number of its tasks: it should be the same for each task, however many there are.

Each measurement runs in a process of its own, and the sizes take turns, so that neither a warm cache nor a busy minute
favours one of them.
"""

from __future__ import annotations

import argparse
import gc
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from types import CodeType
from typing import Any

from flowkit import Flow, Pipeline, Task, python, task
from flowkit.model.pipeline import PipelineSpec

SIZES = (1_000, 2_000, 5_000, 10_000, 20_000)
GROUP = 20
LIMIT = 1.3


def work(number: int) -> int:
    """What the tasks do."""
    return number


def chain(count: int) -> PipelineSpec:
    """Return *count* tasks one after the other."""
    pipeline = Pipeline("chain")
    for number in range(count):
        pipeline = pipeline.task(f"t{number}", python(work, number))
    return pipeline.build()


def groups(count: int) -> PipelineSpec:
    """Return *count* tasks one after the other, in groups of 20."""
    pipeline = Pipeline("groups")
    for first in range(0, count, GROUP):
        inside = pipeline.group(f"g{first}")
        for number in range(first, first + GROUP):
            inside = inside.task(f"t{number}", python(work, number))
        pipeline = inside.end()
    return pipeline.build()


def data(count: int) -> PipelineSpec:
    """Return *count* tasks of which each takes the output of the one before it."""
    last: Task[int] = task("t0", python(work, 0))
    pipeline = Pipeline("data").then(last)
    for number in range(1, count):
        last = task(f"t{number}", python(work, last.output))
        pipeline = pipeline.then(last)
    return pipeline.build()


def arrows(count: int) -> PipelineSpec:
    """Return *count* tasks that a loop of `flow = flow >> t` connects."""
    flow: Task[int] | Flow = task("t0", python(work, 0))
    for number in range(1, count):
        flow = flow >> task(f"t{number}", python(work, number))
    return Pipeline("arrows").add(flow).build()


@cache
def written_out(count: int) -> CodeType:
    """Return a file of *count* tasks, each on a line of its own, as a program writes it."""
    lines = [f'pipeline = pipeline.task("t{number}", python(work, {number}))' for number in range(count)]
    return compile("\n".join(['pipeline = Pipeline("flat")', *lines]), "flat.py", "exec")


def flat(count: int) -> PipelineSpec:
    """Return *count* tasks of a file in which each stands on a line of its own (to parse it does not count)."""
    namespace: dict[str, Any] = {"Pipeline": Pipeline, "python": python, "work": work}
    exec(written_out(count), namespace)  # noqa: S102 - its own text
    spec: PipelineSpec = namespace["pipeline"].build()
    return spec


SHAPES: dict[str, Callable[[int], PipelineSpec]] = {
    "chain": chain,
    "groups": groups,
    "data": data,
    "arrows": arrows,
    "flat": flat,
}


def measure(shape: str, count: int) -> tuple[float, float]:
    """Return the microseconds for each of *count* tasks, written and resolved to a spec; and the bytes at the peak."""
    SHAPES[shape](100)
    if shape == "flat":
        written_out(count)
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.process_time()
    spec = SHAPES[shape](count)
    elapsed = time.process_time() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    edges = sum(len(one.upstream) for one in spec.tasks)
    if (len(spec.tasks), edges) != (count, count - 1):
        raise SystemExit(f"{shape}: {len(spec.tasks)} tasks and {edges} edges, not a chain of {count} tasks.")
    unit = 1 if sys.platform == "darwin" else 1_024  # Linux counts kilobytes
    return elapsed / count * 1e6, peak * unit / count


def measured_apart(shape: str, count: int) -> tuple[float, float]:
    """Return the same, measured in a fresh process."""
    command = [sys.executable, __file__, "--measure", shape, str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    elapsed, peak = done.stdout.split()
    return float(elapsed), float(peak)


def table(shape: str, sizes: tuple[int, ...], rounds: int) -> float:
    """Measure *shape*, print a table, and return the cost at the largest size over that at the smallest."""
    found: dict[int, list[float]] = {size: [] for size in sizes}
    peaks: dict[int, float] = {}
    for _ in range(rounds):
        for size in sizes:
            elapsed, peaks[size] = measured_apart(shape, size)
            found[size].append(elapsed)
    medians = {size: statistics.median(times) for size, times in found.items()}
    what = (SHAPES[shape].__doc__ or "").strip().removeprefix("Return *count* ")
    print(f"\n{shape}: {what}\n")
    print("| tasks | µs per task (median) | fastest | slowest | ratio | bytes per task at the peak |")
    print("|---:|---:|---:|---:|---:|---:|")
    for size, times in found.items():
        ratio = medians[size] / medians[sizes[0]]
        spread = f"{min(times):.1f} | {max(times):.1f}"
        print(f"| {size:,} | {medians[size]:.1f} | {spread} | {ratio:.2f} | {peaks[size]:,.0f} |")
    return medians[sizes[-1]] / medians[sizes[0]]


def main() -> None:
    """Measure, print, and exit with 1 when the cost for each task grows beyond the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="measurements of each size (default: 7)")
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES), help="what to build")
    parser.add_argument(
        "--sizes", nargs="+", type=int, default=SIZES, help="numbers of tasks, multiples of 20"
    )
    parser.add_argument(
        "--measure", nargs=2, metavar=("SHAPE", "TASKS"), help="measure once, in this process"
    )
    options = parser.parse_args()
    if options.measure:
        print(*measure(options.measure[0], int(options.measure[1])))
        return

    print(
        f"Python {platform.python_version()}, attrs {version('attrs')}, {platform.system()} {platform.machine()}"
    )
    ratios = {shape: table(shape, tuple(options.sizes), options.rounds) for shape in options.shapes}
    print()
    for shape, ratio in ratios.items():
        verdict = "linear" if ratio <= LIMIT else f"more than {LIMIT}"
        print(f"{shape}: {options.sizes[-1]:,} tasks cost {ratio:.2f} times as much per task: {verdict}")
    sys.exit(max(ratios.values()) > LIMIT)


if __name__ == "__main__":
    main()
