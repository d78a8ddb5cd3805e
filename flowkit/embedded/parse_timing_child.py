"""
The process that loads files as Airflow's DAG processor does, and times it. Started by `flowkit.embedded.parse_timing`.

It imports Airflow once, with the modules of Airflow that the files import at their top, and forks for each file, like
the DAG processor.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import select
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from flowkit.base import keeper
from flowkit.base.child_process import ParentProcess


def main(parent: ParentProcess) -> None:
    """
    Measure the files that the request names, and send one event for each.
    """
    job = next(parent.requests())
    sys.path.append(job["folder"])
    bags, serializer = _airflow()
    for name in dict.fromkeys(name for file in job["files"] for name in _airflow_imports(file)):
        with suppress(Exception):
            importlib.import_module(name)
    for file in job["files"]:
        parent.send(_measure_in_fork(file, Path(job["folder"]), float(job["longest"]), bags, serializer))


def _airflow() -> tuple[Any, Any]:
    importlib.import_module("airflow.settings")
    from flowkit.airflow.compat import dag_serializer, dagbag_module

    return dagbag_module(), dag_serializer()


def _airflow_imports(file: str) -> Iterator[str]:
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


def _measure_in_fork(file: str, folder: Path, longest: float, bags: Any, serializer: Any) -> dict[str, Any]:
    read, write = os.pipe()
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        keeper.split()
        _measure(file, folder, write, bags, serializer)
    os.close(write)
    text = b""
    in_time = True
    while in_time:
        left = longest - (time.perf_counter() - started)
        in_time = bool(select.select([read], [], [], max(left, 0.0))[0])
        part = os.read(read, 65536) if in_time else b""
        text += part
        if in_time and not part:
            break
    os.close(read)
    keeper.end(pid)
    took = time.perf_counter() - started
    result: dict[str, Any] = {
        "file": file,
        "pipelines": 0,
        "tasks": 0,
        "load": took,
        "serialize": 0.0,
        "ended": in_time,
    }
    # Each line adds to the one before, so what was reached before the end counts.
    for line in text.splitlines():
        result |= json.loads(line)
    if not in_time and "loaded" in result:
        result["serialize"] = took - result["load"]
    result.pop("loaded", None)
    return result


def _measure(file: str, folder: Path, write: int, bags: Any, serializer: Any) -> NoReturn:
    code = 1
    try:
        started = time.perf_counter()
        bag = bags.DagBag(file, bundle_path=folder)
        loaded = time.perf_counter()
        tasks = sum(len(dag.tasks) for dag in bag.dags.values())
        loading = {"pipelines": len(bag.dags), "tasks": tasks, "load": loaded - started, "loaded": True}
        os.write(write, json.dumps(loading).encode() + b"\n")
        for dag in bag.dags.values():
            # A DAG that cannot be serialized is an import error, which `flowkit check` reports anyway.
            with suppress(Exception):
                json.dumps(serializer.to_dict(dag))
        os.write(write, json.dumps({"serialize": time.perf_counter() - loaded}).encode() + b"\n")
        code = 0
    finally:
        os._exit(code)
