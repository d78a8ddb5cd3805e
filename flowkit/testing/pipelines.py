"""
Loads and checks pipelines in tests.
"""

from __future__ import annotations

import os
from pathlib import Path

from flowkit.base.errors import LoadError
from flowkit.base.problems import Problem
from flowkit.model.pipeline import PipelineSpec
from flowkit.project.checking import check_files
from flowkit.project.loading import load


def load_pipelines(path: str | os.PathLike[str]) -> dict[str, PipelineSpec]:
    """
    Return the pipelines at *path*, a file or a folder, by DAG id.

    Raises:
        LoadError: If *path* does not exist or contains no pipeline.
        AssertionError: If a file cannot be loaded or a pipeline has problems; the message lists all of them.
    """
    loaded = load(Path(path))
    messages = [f"{file.file}: {file.failure}" for file in loaded.failures]
    messages += [str(problem) for broken in loaded.broken for problem in broken.problems]
    if messages:
        _fail(path, messages)
    if not loaded.pipelines:
        msg = f"No pipeline in {os.fspath(path)!r}: no file there calls register(…) with one."
        raise LoadError(msg)
    return {pipeline.dag_id: pipeline for pipeline in loaded.pipelines}


def assert_valid(path: str | os.PathLike[str], *, warnings: bool = False) -> None:
    """
    Fail if `flowkit check` finds a problem at *path*.

    Args:
        path: A file or a folder.

        warnings: Whether to fail on warnings too.

    Raises:
        LoadError: If *path* does not exist or contains no pipeline.
        AssertionError: If there are problems; the message lists all of them.
    """
    findings = check_files([Path(path)], lambda *_: None)
    messages = [_message(finding) for finding in findings.problems if warnings or not finding.is_warning]
    if messages:
        _fail(path, messages)
    # Otherwise a test with a wrong path would always pass.
    if not findings.pipelines:
        msg = f"No pipeline in {os.fspath(path)!r}: no file there calls register(…) with one."
        raise LoadError(msg)


def _message(finding: Problem) -> str:
    return f"{finding}\n{finding.traceback}".rstrip()


def _fail(path: str | os.PathLike[str], messages: list[str]) -> None:
    count = "1 problem" if len(messages) == 1 else f"{len(messages)} problems"
    text = "\n".join(messages).replace("\n", "\n  ")
    msg = f"{count} in {os.fspath(path)}:\n  {text}"
    raise AssertionError(msg)
