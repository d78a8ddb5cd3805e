"""
Generates the plan of one side of `flowkit diff`, in a child process: the modules of two revisions have the same names.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from flowkit.base.child_process import ParentProcess
from flowkit.base.paths import exists
from flowkit.base.problem_format import format_problem
from flowkit.base.sensitive import Masking
from flowkit.model.collection import BrokenPipeline
from flowkit.project.discovery import find, folder_of
from flowkit.project.isolated import load_isolated
from flowkit.project.loading import LoadedFile
from flowkit.report.plan import Document, document_of, merged


def main(parent: ParentProcess) -> None:
    """
    Load the requested files and send their plan.
    """
    job = next(parent.requests())
    sys.path[:] = job["sys_path"]
    sys.dont_write_bytecode = True
    root = Path(job["root"])
    os.chdir(root)
    masking = Masking(frozenset(job["names"]), bytes.fromhex(job["key"]) or None)

    def summarize(file: LoadedFile) -> tuple[str, Document, dict[str, Any]]:
        document = document_of(file.pipelines, root=root, masking=masking)
        return os.path.relpath(file.file, root), document, file_summary(file)

    files = _files([root / path for path in job["paths"]])
    summaries = load_isolated(files, summarize, limit_s=job["limit_s"])
    parent.send(
        {
            "document": merged(document for _, document, _ in summaries),
            "files": {name: summary for name, _, summary in summaries},
        }
    )


def _files(paths: list[Path]) -> dict[Path, Path]:
    files: dict[Path, Path] = {}
    for path in paths:
        if exists(path):
            for file in find(path):
                files.setdefault(file, folder_of(path))
    return files


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
