"""
Generates the plan of one side of `flowkit diff`, in a child process: the modules of two revisions have the same names.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flowkit.base.child_process import ParentProcess
from flowkit.base.problem_format import format_problem
from flowkit.base.sensitive import Masking
from flowkit.model.collection import BrokenPipeline
from flowkit.project.discovery import find, folder_of
from flowkit.project.loading import LoadedFile, load_each
from flowkit.report.plan import document_of


def main(parent: ParentProcess) -> None:
    """
    Load the requested files and send their plan.
    """
    job = next(parent.requests())
    sys.path[:] = job["sys_path"]
    sys.dont_write_bytecode = True
    root = Path(job["root"])
    os.chdir(root)
    loaded = list(_loaded([root / path for path in job["paths"]]))
    masking = Masking(frozenset(job["names"]), bytes.fromhex(job["key"]) or None)
    specs = [spec for file in loaded for spec in file.pipelines]
    result = {
        "document": document_of(specs, root=root, masking=masking),
        "files": {os.path.relpath(file.file, root): file_summary(file) for file in loaded},
    }
    parent.send(result)


def _loaded(paths: list[Path]) -> Iterator[LoadedFile]:
    seen: set[Path] = set()
    for path in paths:
        if path.exists():
            files = [file for file in find(path) if file not in seen]
            seen.update(files)
            yield from load_each(files, folder_of(path))


def file_summary(file: LoadedFile) -> dict[str, Any]:
    """
    Return the pipelines and problems of a file.
    """
    problems = [text for broken in file.broken for text in problem_texts(broken)]
    if file.failure is not None:
        indented = "\n".join(f"    {line}" for line in file.failure.splitlines())
        problems.append(
            f"{os.path.relpath(file.file)}:{file.line or 1}: this file cannot be loaded\n{indented}"
        )
    return {
        "dag_ids": [spec.dag_id for spec in file.pipelines],
        "broken": [broken.dag_id for broken in file.broken if broken.dag_id],
        "whole": file.failure is None and all(broken.dag_id for broken in file.broken),
        "problems": problems,
    }


def problem_texts(broken: BrokenPipeline) -> list[str]:
    """
    Return the problems of a pipeline, formatted as by `flowkit check`.
    """
    return [format_problem(problem) for problem in broken.attributed_problems]
