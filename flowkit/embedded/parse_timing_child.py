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

from flowkit.airflow.register_problems import rejected_by_airflow
from flowkit.base import keeper
from flowkit.base.call_site import SourceLocation
from flowkit.base.child_process import ParentProcess
from flowkit.base.exception_text import class_name, masked, sentence
from flowkit.base.problem_format import to_record
from flowkit.base.problems import Problem


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
        "problems": [],
    }
    # Each line adds to the one before, so what was reached before the end counts.
    for line in text.splitlines():
        result |= json.loads(line)
    if in_time and not result.pop("complete", False):
        message = "The process that loaded this file with Airflow ended without an exception."
        result["problems"].append(to_record(_not_loaded(file, message, "")))
    if not in_time and "loaded" in result:
        result["serialize"] = took - result["load"]
    result.pop("loaded", None)
    return result


def _measure(file: str, folder: Path, write: int, bags: Any, serializer: Any) -> NoReturn:
    def send(**values: Any) -> None:
        os.write(write, json.dumps(values).encode() + b"\n")

    try:
        started = time.perf_counter()
        bag = bags.DagBag(file, bundle_path=folder)
        loaded = time.perf_counter()
        tasks = sum(len(dag.tasks) for dag in bag.dags.values())
        problems = _load_problems(bag, file)
        send(pipelines=len(bag.dags), tasks=tasks, load=loaded - started, loaded=True, problems=problems)
        loaded = time.perf_counter()
        for dag in bag.dags.values():
            problems += _store_problems(dag, file, serializer)
        send(serialize=time.perf_counter() - loaded, problems=problems, complete=True)
    except BaseException as error:  # noqa: BLE001 - whatever the file makes Airflow raise
        message = sentence(f"Airflow failed to load this file, with {class_name(error)}", error)
        send(problems=[to_record(_not_loaded(file, message, ""))], complete=True)
    finally:
        os._exit(0)


def _load_problems(bag: Any, file: str) -> list[dict[str, Any]]:
    """
    Return the problems of pipelines, and the errors of the file itself.
    """
    from flowkit.airflow.dagbag import reported_problems

    errors = [text for key, text in bag.import_errors.items() if "::" not in key]
    message = "This file cannot be loaded by Airflow."
    problems = [*reported_problems(bag), *(_not_loaded(file, message, text) for text in errors)]
    return [to_record(problem) for problem in problems]


def _store_problems(dag: Any, file: str, serializer: Any) -> list[dict[str, Any]]:
    """
    Return the problem of a DAG that Airflow cannot store; such a DAG was not made by flowkit, which has tried it.
    """
    try:
        json.dumps(serializer.to_dict(dag))
    except BaseException as error:  # noqa: BLE001 - it belongs to the DAG
        location = SourceLocation(file, 1)
        return [to_record(rejected_by_airflow(error, f"DAG {dag.dag_id!r}", location, dag.dag_id))]
    return []


def _not_loaded(file: str, message: str, text: str) -> Problem:
    hint = (
        "Fix what the traceback names."
        if text
        else "Load it in Airflow's environment, and fix what it raises."
    )
    return Problem("FK501", message, hint, SourceLocation(file, 1), traceback=masked(text))
