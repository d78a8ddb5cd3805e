"""
The process that loads files as Airflow's DAG processor does, and times it. Started by `flowkit.embedded.parse_timing`.

It imports Airflow once, and the modules of Airflow's that the files name in their first lines; then it forks for each
file. The DAG processor does the same.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn


def main(events: int) -> None:
    """
    Measure the files that standard input names, and write one line for each to *events*.
    """
    job = json.load(sys.stdin)
    sys.path.append(job["folder"])
    bags, serializer = _airflow()
    for name in dict.fromkeys(name for file in job["files"] for name in _named_at_top(file)):
        with suppress(Exception):
            importlib.import_module(name)
    for file in job["files"]:
        found = _in_fork(file, Path(job["folder"]), float(job["longest"]), bags, serializer)
        os.write(events, json.dumps(found).encode() + b"\n")


def _airflow() -> tuple[Any, Any]:
    importlib.import_module("airflow.settings")
    try:
        # Airflow 3.2 moved it here.
        bags = importlib.import_module("airflow.dag_processing.dagbag")
    except ImportError:
        bags = importlib.import_module("airflow.models.dagbag")
    stored = importlib.import_module("airflow.serialization.serialized_objects")
    # Airflow 3.1 calls it SerializedDAG.
    return bags, getattr(stored, "DagSerialization", None) or stored.SerializedDAG


def _named_at_top(file: str) -> Iterator[str]:
    try:
        tree = ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    for node in tree.body:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
        yield from (name for name in names if name.partition(".")[0] == "airflow")


def _in_fork(file: str, folder: Path, longest: float, bags: Any, serializer: Any) -> dict[str, Any]:
    read, write = os.pipe()
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        _measure(file, folder, write, bags, serializer)
    os.close(write)
    text = b""
    ready = True
    while ready:
        left = longest - (time.perf_counter() - started)
        ready = bool(select.select([read], [], [], max(left, 0.0))[0])
        part = os.read(read, 65536) if ready else b""
        text += part
        if ready and not part:
            break
    os.close(read)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    took = time.perf_counter() - started
    found: dict[str, Any] = {
        "file": file,
        "pipelines": 0,
        "tasks": 0,
        "load": took,
        "serialize": 0.0,
        "ended": ready,
    }
    # Each line says more than the one before: what was reached before the end counts.
    for line in text.splitlines():
        found |= json.loads(line)
    if not ready and "loaded" in found:
        found["serialize"] = took - found["load"]
    found.pop("loaded", None)
    return found


def _measure(file: str, folder: Path, write: int, bags: Any, serializer: Any) -> NoReturn:
    code = 1
    try:
        started = time.perf_counter()
        bag = bags.DagBag(file, bundle_path=folder)
        loaded = time.perf_counter()
        tasks = sum(len(dag.tasks) for dag in bag.dags.values())
        said = {"pipelines": len(bag.dags), "tasks": tasks, "load": loaded - started, "loaded": True}
        os.write(write, json.dumps(said).encode() + b"\n")
        for dag in bag.dags.values():
            # What cannot be serialized is an import error, which is not the matter here.
            with suppress(Exception):
                json.dumps(serializer.to_dict(dag))
        os.write(write, json.dumps({"serialize": time.perf_counter() - loaded}).encode() + b"\n")
        code = 0
    finally:
        os._exit(code)
