"""
Searches files for a pipeline.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, final

import attrs

from flowkit.base.paths import exists, is_file, is_folder
from flowkit.cli import completion
from flowkit.model.collection import BrokenPipeline
from flowkit.model.pipeline import PipelineSpec
from flowkit.project.isolated import load_isolated
from flowkit.project.loading import LoadedFile

_MAX_NAMED: Final = 5


@final
@attrs.define
class SearchResult:
    """
    The pipelines with the requested id, and what was loaded on the way.
    """

    pipelines: list[Any] = attrs.field(factory=list)
    """What `describe` returned for each."""

    broken: list[BrokenPipeline] = attrs.field(factory=list)

    file: str | None = None
    """The file that defines the last of *pipelines*."""

    other_ids: list[str] = attrs.field(factory=list)
    unnamed: list[BrokenPipeline] = attrs.field(factory=list)
    """Broken pipelines whose id is unknown."""

    failures: list[LoadedFile] = attrs.field(factory=list)
    """Files that cannot be loaded. One of them may define the pipeline."""


@final
@attrs.frozen
class _Summary:
    """
    One file; what processes can exchange of it.
    """

    file: str
    pipelines: tuple[Any, ...]
    other_ids: tuple[str, ...]
    broken: tuple[BrokenPipeline, ...]
    failure: LoadedFile | None

    def defines(self, dag_id: str) -> bool:
        """
        Return whether it has the pipeline with that id, or a broken one.
        """
        return bool(self.pipelines) or any(broken.dag_id == dag_id for broken in self.broken)


def search(
    dag_id: str | None,
    files: Mapping[Path, Path],
    describe: Callable[[PipelineSpec], Any],
    *,
    limit_s: float,
    deadline: float | None = None,
) -> SearchResult:
    """
    Load files until one defines the pipeline; if *dag_id* is `None`, load all files and return all pipelines.

    Args:
        dag_id: The id of the pipeline.

        files: The files, with the DAG folder of each.

        describe: Returns what is needed of the pipeline. Files are loaded in another process, so it must be possible to
            pickle that.

        limit_s: How long a file may take to load, in seconds.

        deadline: When to give up, on the clock of `time.monotonic`; `None`: never.

    Raises:
        TimeoutError: If the deadline has passed.
    """
    # Files that contain the id come first: usually no other has to be loaded.
    ordered = files if dag_id is None else sorted(files, key=lambda file: not contains(file, dag_id))
    result = SearchResult()
    for summary in load_isolated(
        {file: files[file] for file in ordered},
        partial(_summary, dag_id, describe),
        limit_s=limit_s,
        deadline=deadline,
        is_enough=lambda summary: dag_id is not None and summary.defines(dag_id),
    ):
        _add(result, summary, dag_id)
    return result


def _summary(dag_id: str | None, describe: Callable[[PipelineSpec], Any], loaded: LoadedFile) -> _Summary:
    mine = [spec for spec in loaded.pipelines if dag_id in (None, spec.dag_id)]
    return _Summary(
        loaded.file,
        tuple(map(describe, mine)),
        tuple(spec.dag_id for spec in loaded.pipelines if dag_id not in (None, spec.dag_id)),
        loaded.broken,
        None if loaded.failure is None else attrs.evolve(loaded, items=()),
    )


def _add(result: SearchResult, summary: _Summary, dag_id: str | None) -> None:
    if summary.failure is not None:
        result.failures.append(summary.failure)
    if summary.pipelines:
        result.pipelines += summary.pipelines
        result.file = summary.file
    result.other_ids += summary.other_ids
    for broken in summary.broken:
        if dag_id is None or broken.dag_id == dag_id:
            result.broken.append(broken)
        elif broken.dag_id is not None:
            result.other_ids.append(broken.dag_id)
        else:
            result.unnamed.append(broken)


def contains(file: Path, dag_id: str) -> bool:
    """
    Return whether the text of *file* contains *dag_id*.
    """
    try:
        return os.fsencode(dag_id) in file.read_bytes()
    except OSError:
        return False


def path_error(command: str, word: str, others: Iterable[str]) -> str | None:
    """
    Return what to write instead if *word*, which should be the id of a pipeline, is a path; otherwise `None`.

    Args:
        command: The name of the command.

        word: The word.

        others: The words after it.
    """
    path = Path(word)
    if not word:
        return "DAG_ID is empty: is a shell variable unset?"
    # Ids have no slashes. One may end with `.py`, or be the name of a folder.
    is_path = os.sep in word or word in {".", "..", "~"} or (path.suffix == ".py" and is_file(path))
    if not is_path:
        return None
    first = next((other for other in others if not exists(Path(other))), None)
    if first is not None:
        return f"{word!r} is a path, not a DAG id. The id comes first: flowkit {command} {first} {word}"
    message = f"{word!r} is a path, not a DAG id. Write: flowkit {command} DAG_ID {word}"
    if not (is_file(path) or is_folder(path)):
        return message
    ids = completion.dag_ids(path)
    named = ", ".join(ids[:_MAX_NAMED]) + (", …" if len(ids) > _MAX_NAMED else "")
    return f"{message} (pipelines there: {named})" if ids else message


def folder_hint(command: str, word: str) -> str:
    """
    Return a sentence for an unknown id that is the name of a folder or a file; otherwise nothing.
    """
    return f" {word!r} is also a path: flowkit {command} DAG_ID {word}." if exists(Path(word)) else ""


def is_dag_id(word: str) -> bool:
    """
    Return whether *word* may be meant as the id of a pipeline, and not as a path.
    """
    return bool(word) and os.sep not in word and not word.endswith(".py") and not word.startswith(".")
