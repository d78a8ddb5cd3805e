"""
One measurement, in a process of its own, in the environment of the tool. Prints JSON as its last line.

It needs nothing but Airflow and the tool: flowkit is not imported here.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import hashlib
import importlib
import json
import os
import resource
import runpy
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

TOOL_MODULES = {
    "flowkit": ["flowkit:*", "flowkit.airflow.dags", "flowkit.airflow.publish"],
    "dag-factory-dict": ["dagfactory"],
    "dag-factory-yaml": ["dagfactory"],
    "gusty": ["gusty"],
    "gusty-pruned": ["gusty"],
    "airflow-blueprint": ["blueprint"],
    "airflow-pydantic": ["airflow_pydantic"],
}


@contextlib.contextmanager
def _timed(into: dict[str, Any], name: str) -> Iterator[None]:
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    into[f"{name}_wall"] = time.perf_counter() - wall
    into[f"{name}_cpu"] = time.process_time() - cpu


def _import(name: str) -> None:
    module, _, names = name.partition(":")
    loaded = import_module(module)
    # `flowkit:*` is `from flowkit import *`: the facade alone imports nothing, its names do.
    for one in loaded.__all__ if names else ():
        getattr(loaded, one)


def _megabytes() -> float:
    # Linux counts in kilobytes, macOS in bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _load_airflow() -> None:
    for name in (
        "airflow.sdk",
        "airflow.providers.standard.operators.bash",
        "airflow.dag_processing.dagbag",
        "airflow.serialization.serialized_objects",
    ):
        import_module(name)


def build(tool: str, loader: Path, warm: Path) -> dict[str, Any]:
    """
    Return what it costs to build all pipelines and to serialize them, and what they are.
    """
    found: dict[str, Any] = {}
    _load_airflow()
    serialize = import_module("airflow.serialization.serialized_objects").DagSerialization.to_dict
    with _timed(found, "tool_import"):
        for name in TOOL_MODULES.get(tool, []):
            _import(name)
    # What is done once in a process is not the price of a pipeline.
    for dag in _dags_of(warm):
        serialize(dag)
    found["rss_before"] = _megabytes()

    dags: list[Any] = []
    with _timed(found, "build"):
        dags = _dags_of(loader)
    found["rss_build"] = _megabytes()
    stored: list[Any] = []
    with _timed(found, "serialize"):
        stored = [serialize(dag) for dag in dags]
    found["rss_serialize"] = _megabytes()
    found["bytes_of_one"] = len(json.dumps(stored[0]))
    graphs = {dag.dag_id: _graph(dag) for dag in dags}
    found["dags"] = len(graphs)
    found["tasks"] = sum(len(graph) for graph in graphs.values())
    found["edges"] = sum(len(task["upstream"]) for graph in graphs.values() for task in graph.values())
    found["digest"] = hashlib.sha256(json.dumps(graphs, sort_keys=True).encode()).hexdigest()[:16]
    if found["tasks"] < 100_000 and graphs:
        found["first"] = graphs[min(graphs)] if found["edges"] < 1_000_000 else None
    return found


def _dags_of(loader: Path) -> list[Any]:
    # As a module that is found by its name: some tools look the caller up in `sys.modules`.
    cls = import_module("airflow.sdk").DAG
    folder = str(loader.parent)
    sys.path.insert(0, folder)
    try:
        names = runpy.run_path(str(loader), run_name=f"loader_{loader.parent.name}")
    finally:
        sys.path.remove(folder)
        importlib.invalidate_caches()
    found = {id(value): value for value in names.values() if isinstance(value, cls)}
    return list(found.values())


def _graph(dag: Any) -> dict[str, Any]:
    # gusty does not put the group before the id unless it is told to, and does it twice then.
    return {
        _last(task.task_id): {
            "type": task.task_type,
            "command": task.bash_command,
            "owner": task.owner,
            "retries": task.retries,
            "upstream": sorted(map(_last, task.upstream_task_ids)),
            "group": task.task_group.group_id if task.task_group else None,
        }
        for task in dag.tasks
    }


def _last(task_id: str) -> str:
    return task_id.rpartition(".")[2]


def worker(tool: str, loader: Path, wanted: str) -> dict[str, Any]:
    """
    Return what it costs to load one DAG as a worker does, once Airflow itself is loaded.
    """
    found: dict[str, Any] = {}
    _load_airflow()
    with _timed(found, "tool_import"):
        for name in TOOL_MODULES.get(tool, []):
            _import(name)
    bag_class = import_module("airflow.dag_processing.dagbag").DagBag
    os.environ["_AIRFLOW_PARSING_CONTEXT_DAG_ID"] = wanted
    os.environ["_AIRFLOW_PARSING_CONTEXT_TASK_ID"] = "start"
    sys.path.append(str(loader.parent))
    with _timed(found, "load"):
        bag = bag_class(dag_folder=str(loader), safe_mode=False, load_op_links=False)
    if wanted not in bag.dags:
        raise SystemExit(f"{wanted} was not loaded: {bag.import_errors}")
    found["dags"] = len(bag.dags)
    found["rss"] = _megabytes()
    return found


def imported(module: str) -> dict[str, Any]:
    """
    Return what it costs to import *module* into a Python that has imported nothing else of note.
    """
    before = len(sys.modules)
    found: dict[str, Any] = {}
    with _timed(found, "import"):
        _import(module)
    found["modules"] = len(sys.modules) - before
    return found


def main() -> None:
    """
    Measure what the command line says.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["build", "worker", "import"])
    parser.add_argument("tool", help="the name of the tool; of `import`: the module")
    parser.add_argument("--loader", type=Path)
    parser.add_argument("--warm", type=Path, help="a loader of one pipeline")
    parser.add_argument("--wanted", help="the DAG that the worker needs")
    options = parser.parse_args()
    with contextlib.redirect_stdout(sys.stderr):
        if options.part == "build":
            found = build(options.tool, options.loader, options.warm)
        elif options.part == "worker":
            found = worker(options.tool, options.loader, options.wanted)
        else:
            found = imported(options.tool)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
