"""
Compares a pipeline with a file of what it should be.
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from flowkit.base.sensitive import Masking
from flowkit.builders.pipeline import Pipeline
from flowkit.model.pipeline import PipelineSpec
from flowkit.report.plan import VERSION, plan_of
from flowkit.report.plan_values import Writer

UPDATE: Final = "FLOWKIT_UPDATE_PLANS"
"""The environment variable that the option `--update-plans` of pytest sets."""

_DIGESTS: Final = frozenset({"source", "reaches", "hidden"})
_MAX_DIFF_LINES: Final = 60


def assert_matches_plan(pipeline: Pipeline | PipelineSpec, path: str | os.PathLike[str]) -> None:
    """
    Fail if *pipeline* is not as the file at *path* has it: settings, groups, tasks, edges and the options in effect.

    `pytest --update-plans` writes the file. It holds no secrets, and of functions only their names.

    Args:
        pipeline: A pipeline, or what its `build()` returns.

        path: A JSON file, to be checked in.

    Raises:
        PipelineError: If the pipeline has problems.
        AssertionError: If it differs, with the difference, or there is no such file.
    """
    spec = pipeline.build() if isinstance(pipeline, Pipeline) else pipeline
    file = Path(path)
    text = f"{json.dumps(_document(spec), indent=2, ensure_ascii=False)}\n"
    if os.environ.get(UPDATE):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return
    shown = os.fspath(path)
    if not file.is_file():
        msg = f"There is no plan of pipeline {spec.dag_id!r} at {shown}. To write it: pytest --update-plans"
        raise AssertionError(msg)
    written = file.read_text(encoding="utf-8")
    if written != text:
        difference = "\n".join(_difference(written, text, shown))
        msg = f"Pipeline {spec.dag_id!r} differs from {shown}. If that is meant: pytest --update-plans\n{difference}"
        raise AssertionError(msg)


def _document(spec: PipelineSpec) -> dict[str, Any]:
    writer = Writer(Masking(), None)
    plan = plan_of(spec, writer)
    tasks: dict[str, Any] = plan["tasks"]
    for task in spec.tasks:
        entry = {name: value for name, value in tasks[task.task_id].items() if name != "options"}
        options = writer.named(task.options)
        tasks[task.task_id] = {**entry, **({"options": options} if options else {})}
    return {"flowkit_plan": VERSION, "pipelines": {spec.dag_id: _without_sources(plan)}}


def _without_sources(value: Any) -> Any:
    """
    Return *value* without what identifies the source of functions and classes: a plan is about the pipeline.
    """
    if isinstance(value, list):
        return [_without_sources(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    is_code = value.get("$") in {"function", "class"}
    return {
        name: _without_sources(item) for name, item in value.items() if not (is_code and name in _DIGESTS)
    }


def _difference(written: str, text: str, name: str) -> list[str]:
    lines = list(
        difflib.unified_diff(written.splitlines(), text.splitlines(), name, "the pipeline", lineterm="", n=2)
    )
    more = len(lines) - _MAX_DIFF_LINES
    return lines if more <= 0 else [*lines[:_MAX_DIFF_LINES], f"… and {more} more lines"]
