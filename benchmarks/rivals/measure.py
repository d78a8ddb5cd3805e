"""
The measurements: what is run, how often, and in which order.

Each is a process of its own. The tools take turns within a round, so that a busy minute of the machine favours none.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from rivals import processor
from rivals.envs import OF_TOOL, ROOT
from rivals.inputs import dag_ids, write

Sample: TypeAlias = "dict[str, Any]"

CHILD = Path(__file__).with_name("child.py")
GROUPED = ("hand", "flowkit", "dag-factory-dict", "dag-factory-yaml", "gusty", "airflow-blueprint")
CHAINED = ("hand", "flowkit", "airflow-pydantic")
PRUNED = ("hand-pruned", "gusty-pruned")
MODULES = {
    "attrs": "airflow",
    "flowkit": "airflow",
    "flowkit:*": "airflow",
    "airflow.sdk": "airflow",
    "dagfactory": "dag-factory",
    "gusty": "gusty",
    "blueprint": "airflow-blueprint",
    "airflow_pydantic": "airflow-pydantic",
}


@attrs.frozen
class Bench:
    """
    Where and with what it is measured.
    """

    pythons: dict[str, Path]
    """By environment: its Python. Tools of other environments are left out."""

    work: Path
    """A folder for inputs and for Airflow's home."""

    rounds: float
    """How many times the ordinary number of rounds."""

    quick: bool
    """Whether sizes are small."""

    samples: list[Sample] = attrs.field(factory=list)

    failures: list[dict[str, str]] = attrs.field(factory=list)
    """By part and tool: what went wrong. The tool is not measured any further in that part."""

    def times(self, rounds: int) -> range:
        """Return the rounds of a part that has so many by default."""
        return range(1 if self.quick else max(1, round(rounds * self.rounds)))

    def sizes(self, *sizes: int) -> tuple[int, ...]:
        """Return how many pipelines there are."""
        return (3,) if self.quick else sizes

    def tools(self, *names: str) -> list[str]:
        """Return those of *names* whose environment is there."""
        return [name for name in names if OF_TOOL[name] in self.pythons]

    @contextlib.contextmanager
    def told(self, part: str, tool: str) -> Iterator[None]:
        """
        Note a failure of *tool* in the `with` block, and go on with the others.
        """
        try:
            yield
        except (processor.ToolError, subprocess.SubprocessError) as error:
            self.failures.append({"part": part, "tool": tool, "text": str(error)})
            print(f"{time.strftime('%H:%M:%S')}  {part:9} {tool:18} FAILED: {error}", flush=True)

    def failed(self, part: str, tool: str) -> bool:
        """
        Return whether *tool* has failed in that part.
        """
        return any((one["part"], one["tool"]) == (part, tool) for one in self.failures)

    def child(self, env: str, *arguments: str, path: bool = False) -> Sample:
        """Run one measurement in the environment *env*, and return what it found."""
        command = [str(self.pythons[env]), str(CHILD), *arguments]
        environment = processor.environment(self.work / "home", path=ROOT if path else None)
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env=environment, timeout=600
        )
        if done.returncode:
            raise processor.ToolError(f"{' '.join(arguments)}\n{done.stderr[-3000:]}")
        found: Sample = json.loads(done.stdout.splitlines()[-1])
        return found

    def note(self, part: str, tool: str, found: Sample, **facts: Any) -> None:
        """Keep what was found, and say so."""
        self.samples.append({"part": part, "tool": tool, **facts, **found})
        shown = [
            f"{name[:-4]} {value:.3f} s"
            for name, value in found.items()
            if name.endswith(("_cpu", "parse_wall"))
        ]
        where = " ".join(f"{value}" for value in facts.values())
        print(f"{time.strftime('%H:%M:%S')}  {part:9} {tool:18} {where:16} {', '.join(shown)}", flush=True)

    def loader(self, tool: str, shape: str, count: int) -> Path:
        """Return the DAG file of *count* pipelines, and write it if it is not there."""
        folder = self.work / "dags" / tool / shape / str(count)
        if folder.exists():
            return folder / "dag_loader.py"
        return write(tool, shape, count, folder)


def build(bench: Bench) -> None:
    """Build and serialize all pipelines; the first 20 tasks of each tool are compared."""
    for size, rounds in zip(bench.sizes(100, 1_000), (4, 2), strict=False):
        for turn in bench.times(rounds):
            for shape, tools in (("groups", GROUPED), ("chain", CHAINED)):
                for tool in bench.tools(*tools):
                    with bench.told("build", tool):
                        _built(bench, "build", tool, shape, size=size, turn=turn)


def wide(bench: Bench) -> None:
    """Two groups of 200 tasks, edge by edge and with one task between them."""
    for turn in bench.times(3):
        for shape in ("wide", "joined"):
            for tool in bench.tools("hand", "flowkit"):
                with bench.told("wide", tool):
                    _built(bench, "wide", tool, shape, size=1, turn=turn)


def _built(bench: Bench, part: str, tool: str, shape: str, *, size: int, turn: int) -> None:
    if bench.failed(part, tool):
        return
    loader, warm = (
        bench.loader(tool, shape, size),
        bench.loader(tool, "chain" if part == "wide" else shape, 1),
    )
    found = bench.child(
        OF_TOOL[tool], "build", tool, "--loader", str(loader), "--warm", str(warm), path=tool == "flowkit"
    )
    first = found.pop("first", None)
    same = [
        one
        for one in bench.samples
        if (one["part"], one.get("shape"), one.get("count")) == (part, shape, size)
    ]
    if same and same[0]["digest"] != found["digest"]:
        raise processor.ToolError(
            f"{tool} makes other tasks or edges than {same[0]['tool']}. Its first pipeline:\n{json.dumps(first)[:2000]}"
        )
    bench.note(part, tool, found, shape=shape, count=size, round=turn)


def worker(bench: Bench) -> None:
    """Load one DAG, as a worker does when it starts a task."""
    everything = [*GROUPED, *PRUNED, "airflow-pydantic"]
    by_size = {
        50: (everything, 3),
        500: (everything, 2),
        5_000: (["hand-pruned", "flowkit"], 3),
        3: (everything, 1),
    }
    for size in bench.sizes(50, 500, 5_000):
        tools, rounds = by_size[size]
        for turn in bench.times(rounds):
            for tool in bench.tools(*tools, *(["hand"] if size == 5_000 and turn == 0 else [])):
                if not bench.failed("worker", tool):
                    with bench.told("worker", tool):
                        _loaded(bench, tool, size=size, turn=turn)


def _loaded(bench: Bench, tool: str, *, size: int, turn: int) -> None:
    shape = "chain" if tool == "airflow-pydantic" else "groups"
    arguments = ["--loader", str(bench.loader(tool, shape, size)), "--wanted", dag_ids(size)[-1]]
    found = bench.child(OF_TOOL[tool], "worker", tool, *arguments, path=tool == "flowkit")
    bench.note("worker", tool, found, shape=shape, count=size, round=turn)


def parse(bench: Bench) -> None:
    """Parse 100 pipelines in Airflow's own DAG processor."""
    template = bench.work / "template"
    processor.migrated(bench.pythons["airflow"], template)
    (size,) = bench.sizes(100)
    for turn in bench.times(2):
        for tool in bench.tools(*GROUPED, "airflow-pydantic"):
            if bench.failed("parse", tool):
                continue
            shape = "chain" if tool == "airflow-pydantic" else "groups"
            folder = bench.loader(tool, shape, size).parent
            path = ROOT if tool == "flowkit" else None
            with bench.told("parse", tool):
                found = processor.parse(
                    bench.pythons[OF_TOOL[tool]], template, bench.work / "processor", folder, path
                )
                bench.note("parse", tool, dict(found), shape=shape, count=size, round=turn)


def imports(bench: Bench) -> None:
    """Import each tool into a Python that has imported nothing else."""
    for turn in bench.times(3):
        for module, env in MODULES.items():
            if env in bench.pythons and not bench.failed("imports", module):
                with bench.told("imports", module):
                    found = bench.child(env, "import", module, path=module.startswith("flowkit"))
                    bench.note("imports", module, found, round=turn)


def growth(bench: Bench) -> None:
    """What a spec costs for each task, from 1,000 tasks to 100,000 in one pipeline."""
    script = str(ROOT / "benchmarks" / "spec_scaling.py")
    for turn in bench.times(3):
        for shape in ("flat", "groups", "data"):
            for count in (100, 200) if bench.quick else (1_000, 10_000, 100_000):
                command = [str(bench.pythons["airflow"]), script, "--measure", shape, str(count)]
                environment = processor.environment(bench.work / "home", path=ROOT)
                with bench.told("growth", "flowkit"):
                    done = subprocess.run(
                        command, capture_output=True, text=True, check=True, env=environment
                    )
                    found = {"us_per_task": float(done.stdout.split()[0])}
                    bench.note("growth", "flowkit", found, shape=shape, count=count, round=turn)


PARTS: dict[str, Callable[[Bench], None]] = {
    "imports": imports,
    "build": build,
    "worker": worker,
    "parse": parse,
    "wide": wide,
    "growth": growth,
}
