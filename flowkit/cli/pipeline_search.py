"""
Searches files for a pipeline.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import final

import attrs

from flowkit.model.collection import BrokenPipeline
from flowkit.model.pipeline import PipelineSpec
from flowkit.project.loading import LoadedFile, load_each


@final
@attrs.define
class SearchResult:
    """
    The pipelines with the requested id, and what was loaded on the way.
    """

    pipelines: list[PipelineSpec] = attrs.field(factory=list)
    broken: list[BrokenPipeline] = attrs.field(factory=list)

    file: str | None = None
    """The file that defines the last of *pipelines*."""

    other_ids: list[str] = attrs.field(factory=list)
    unnamed: list[BrokenPipeline] = attrs.field(factory=list)
    """Broken pipelines whose id is unknown."""

    failures: list[LoadedFile] = attrs.field(factory=list)
    """Files that cannot be loaded. One of them may define the pipeline."""


def search(dag_id: str | None, files: Mapping[Path, Path]) -> SearchResult:
    """
    Load files until one defines the pipeline; if *dag_id* is `None`, load all files and return all pipelines.

    Args:
        dag_id: The id of the pipeline.

        files: The files, with the DAG folder of each.
    """
    result = SearchResult()
    # Files that contain the id come first: usually no other has to be loaded.
    ordered = files if dag_id is None else sorted(files, key=lambda file: not contains(file, dag_id))
    for file in ordered:
        (loaded,) = load_each([file], files[file])
        _add(result, loaded, dag_id)
        if dag_id is not None and (result.pipelines or result.broken):
            break
    return result


def _add(result: SearchResult, loaded: LoadedFile, dag_id: str | None) -> None:
    if loaded.failure is not None:
        result.failures.append(loaded)
    for item in loaded.items:
        if dag_id is None or item.dag_id == dag_id:
            if isinstance(item, PipelineSpec):
                result.pipelines.append(item)
                result.file = loaded.file
            else:
                result.broken.append(item)
        elif isinstance(item, PipelineSpec) or item.dag_id is not None:
            result.other_ids.append(str(item.dag_id))
        else:
            result.unnamed.append(item)


def contains(file: Path, dag_id: str) -> bool:
    """
    Return whether the text of *file* contains *dag_id*.
    """
    try:
        return os.fsencode(dag_id) in file.read_bytes()
    except OSError:
        return False
