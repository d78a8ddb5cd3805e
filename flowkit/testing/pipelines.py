"""
Loads pipelines for a test, and says what is wrong with them.
"""

from __future__ import annotations

import os
from pathlib import Path

from flowkit.base.errors import LoadError
from flowkit.base.problems import Problem
from flowkit.model.pipeline import PipelineSpec
from flowkit.project.checking import lint
from flowkit.project.loading import load


def load_pipelines(path: str | os.PathLike[str]) -> dict[str, PipelineSpec]:
    """
    Return the pipelines at *path*, a file or a folder, by their ids.

    Raises:
        LoadError: If there is nothing at *path*, or no pipeline in it.
        AssertionError: If a file cannot be executed, or a pipeline has problems: the message has all of them.
    """
    loaded = load(Path(path))
    said = [f"{file.file}: {file.failure}" for file in loaded.failures]
    said += [str(problem) for broken in loaded.broken for problem in broken.problems]
    if said:
        _fail(path, said)
    if not loaded.pipelines:
        msg = f"There is no pipeline in {os.fspath(path)!r}: no file there gives one to register(…)."
        raise LoadError(msg)
    return {pipeline.dag_id: pipeline for pipeline in loaded.pipelines}


def assert_valid(path: str | os.PathLike[str], *, warnings: bool = False) -> None:
    """
    Fail if `flowkit check` would find a problem at *path*, a file or a folder.

    Args:
        path: Where the pipelines are.

        warnings: Whether warnings count as problems.

    Raises:
        LoadError: If there is nothing at *path*, or no pipeline in it.
        AssertionError: If there are problems: the message has all of them.
    """
    findings = lint([Path(path)], lambda *_: None)
    said = [_told(finding) for finding in findings.problems if warnings or not finding.is_warning]
    if said:
        _fail(path, said)
    # A test that looks into an empty folder would pass for ever.
    if not findings.pipelines:
        msg = f"There is no pipeline in {os.fspath(path)!r}: no file there gives one to register(…)."
        raise LoadError(msg)


def _told(finding: Problem) -> str:
    return f"{finding}\n{finding.traceback}".rstrip()


def _fail(path: str | os.PathLike[str], said: list[str]) -> None:
    count = "1 problem" if len(said) == 1 else f"{len(said)} problems"
    text = "\n".join(said).replace("\n", "\n  ")
    msg = f"{count} in {os.fspath(path)}:\n  {text}"
    raise AssertionError(msg)
