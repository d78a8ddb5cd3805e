"""
Loads and checks the files of one DAG folder, in this process or in several workers.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias, final

import attrs

from flowkit.analysis.reader import Readers
from flowkit.analysis.sources import Sources
from flowkit.base.airflow_config import AirflowConfig
from flowkit.base.call_site import SourceLocation
from flowkit.base.gc_pause import gc_paused
from flowkit.base.internal_error import internal_error, is_internal
from flowkit.base.interruption import is_interruption
from flowkit.base.problems import Problem
from flowkit.model.pipeline import PipelineSpec
from flowkit.project.file_rules import crash, load_findings, skipped_by_airflow, timeout
from flowkit.project.findings import CheckedFile
from flowkit.project.loading import LoadedFile, load_each
from flowkit.project.parse_limits import Timing, limits
from flowkit.project.pipeline_names import names_in
from flowkit.project.process_state import ProcessState
from flowkit.project.worker_pool import WorkerCrashed, can_fork, run_in_workers
from flowkit.resolve.missing_outputs import missing_outputs
from flowkit.resolve.skip_warnings import skip_warnings, skipped_by_filters, unordered_teardowns
from flowkit.resolve.wide_edges import wide_edges
from flowkit.rules.secret_arguments import secrets

Measure = Callable[[Sequence[str], Path], Mapping[str, Timing]]
"""Measures how long Airflow needs for files of a DAG folder; returns the timings by path."""

# Checking fewer files takes less time than starting a worker.
_MIN_FILES_PER_WORKER: Final = 20
# A file may fail only because an earlier one has changed a module of Python. So it is loaded again, in a process of its
# own, unless so many were in vain.
_MAX_RETRIES: Final = 20
# The problem of a helper that registers a pipeline when it is imported.
_REGISTERED_IN_HELPER: Final = "FK406"
_NOT_LOADED: Final = "FK501"
# Allocations before Python's garbage collector runs; by default 700.
_GC_THRESHOLD: Final = 100_000


@final
@attrs.frozen
class Results:
    """
    The results of the files of a folder, in their order.
    """

    findings: tuple[Problem, ...]
    checked: tuple[CheckedFile, ...]


_FileResult: TypeAlias = "tuple[tuple[Problem, ...], CheckedFile]"
"""The findings of one file, and what the rules over several files need of it."""


@final
@attrs.frozen
class FolderChecker:
    """
    Checks the files of one DAG folder.
    """

    folder: Path
    sources: Sources
    configured: AirflowConfig

    measure: Measure | None = None
    """Measures how long Airflow needs, if set."""

    on_loaded: Callable[[LoadedFile], None] | None = None
    """Called with each file that was loaded, if set. Then files are loaded in this process."""

    limit_s: float | None = None
    """How long a worker may take for one file, in seconds."""

    def check(self, files: Sequence[Path], on_file: Callable[[Path, int], None], jobs: int) -> Results:
        """
        Load and check *files*.

        Args:
            files: Files of the folder.

            on_file: Called before a file is loaded, with its number; if files load quickly, not before each.

            jobs: The maximum number of workers; 0: the files are loaded in this process. The results are the same.
        """
        if not files:
            return Results((), ())
        if not jobs or self.on_loaded is not None or not can_fork():
            results = list(self._load(files, lambda at: on_file(files[at], at + 1)))
            found: Iterable[Problem] = self._source_findings(files)
        else:
            count = max(1, min(jobs, len(files) // _MIN_FILES_PER_WORKER))
            results, found = self._in_workers(files, on_file, count)
        checked = [file for _, file in results]
        timings: Mapping[str, Timing] = {}
        if self.measure is not None:
            timings = self.measure([file.file for file in checked if file.items], self.folder)
        near = [
            problem
            for file in checked
            for problem in limits(file, timings.get(file.file), self.configured, self.sources)
        ]
        rejected = _only_airflows(timings.values(), [*(one for its, _ in results for one in its)])
        return _merged(results, [*near, *rejected, *found])

    def _in_workers(
        self, files: Sequence[Path], on_file: Callable[[Path, int], None], count: int
    ) -> tuple[list[_FileResult], Iterable[Problem]]:
        total = len(files)
        # The last item of a chunk is the check of the sources of its files.
        chunks = [(*range(start, total, count), total + start) for start in range(count)]
        by_item = self._run(files, chunks, on_file)
        results = [
            _crashed(files[number], one) if isinstance(one := by_item[number], WorkerCrashed) else one
            for number in range(total)
        ]
        if count > 1 and any(_is_registered_in_helper(one) for found, _ in results for one in found):
            # What a helper registers belongs to the first file that imports it, and each worker has a first one.
            return self._in_workers(files, on_file, 1)
        source_findings: list[Problem] = []
        for start in range(count):
            found = by_item[total + start]
            its = files[start::count]
            source_findings += self._each_source(its) if isinstance(found, WorkerCrashed) else found
        return results, source_findings

    def _run(
        self, files: Sequence[Path], chunks: Sequence[Sequence[int]], on_file: Callable[[Path, int], None]
    ) -> dict[int, Any]:
        total, count = len(files), len(chunks)

        def work(
            chunk: Sequence[int], begin: Callable[[int], None]
        ) -> Iterator[_FileResult | tuple[Problem, ...]]:
            loading = [files[number] for number in chunk if number < total]
            yield from self._load(loading, lambda at: begin(chunk[at]), in_worker=True)
            if chunk[-1] >= total:
                begin(chunk[-1])
                yield self._source_findings(files[chunk[-1] - total :: count])

        def begun(number: int) -> None:
            if number < total:
                on_file(files[number], number + 1)

        def limit(number: int) -> float | None:
            return self.limit_s if number < total else None

        by_item: dict[int, Any] = run_in_workers(work, chunks, begun, limit=limit)
        failed = [number for number in range(total) if total > 1 and _may_be_unharmed(by_item[number])]
        in_vain = 0
        while failed and in_vain < _MAX_RETRIES:
            by_item |= run_in_workers(work, [[failed[0]]], begun, limit=limit)
            in_vain += _may_be_unharmed(by_item[failed.pop(0)])
        return by_item

    def _each_source(self, files: Sequence[Path]) -> Iterable[Problem]:
        """
        Return the findings in the sources of *files*, of which some crash Python's parser, or broke the worker.
        """

        def work(chunk: Sequence[int], begin: Callable[[int], None]) -> Iterator[tuple[Problem, ...]]:
            for number in chunk:
                begin(number)
                yield self._source_findings([files[number]])

        numbers = range(len(files))
        by_item: dict[int, Any] = run_in_workers(
            work, [numbers], lambda _: None, limit=lambda _: self.limit_s
        )
        found = [one for number in numbers if isinstance(one := by_item[number], tuple)]
        return dict.fromkeys(problem for one in found for problem in one)

    def _load(
        self, files: Sequence[Path], begin: Callable[[int], None], *, in_worker: bool = False
    ) -> Iterator[_FileResult]:
        def announced() -> Iterator[Path]:
            for at, file in enumerate(files):
                begin(at)
                yield file

        with _RareCollection() as collection:
            # One by one: the pipelines of a file are not needed any more when the next one is loaded.
            loading = load_each(announced(), self.folder)
            for file in _apart(loading) if in_worker else loading:
                if self.on_loaded is not None:
                    self.on_loaded(file)
                yield tuple(self._findings(file)), _checked(file)
                collection.set_aside()

    def _findings(self, file: LoadedFile) -> Iterator[Problem]:
        yield from load_findings(file)
        yield from skipped_by_airflow(file, self.sources)
        for pipeline in file.pipelines:
            for rule in _RULES:
                yield from _found_by(rule, pipeline)

    def _source_findings(self, files: Sequence[Path]) -> tuple[Problem, ...]:
        """
        Return the findings in the sources of *files* and of the modules that they import.
        """
        readers = Readers(self.sources, self.folder)
        with gc_paused():
            for file in files:
                readers.read(file)
            found = tuple(readers.problems())
            readers.forget()
            # Otherwise the garbage collector would traverse all syntax trees as soon as it is enabled.
            gc.freeze()
        gc.unfreeze()
        return found


_RULES: Final[tuple[Callable[[PipelineSpec], Iterable[Problem]], ...]] = (
    secrets,
    wide_edges,
    missing_outputs,
    skip_warnings,
    skipped_by_filters,
    unordered_teardowns,
)


def _found_by(rule: Callable[[PipelineSpec], Iterable[Problem]], pipeline: PipelineSpec) -> Iterable[Problem]:
    try:
        return list(rule(pipeline))
    except BaseException as error:
        if is_interruption(error):
            raise
        # What raises when it is read cannot be judged. Airflow may store it all the same.
        return [internal_error(error, pipeline.location, pipeline.dag_id)] if is_internal(error) else []


def _only_airflows(timings: Iterable[Timing], found: Iterable[Problem]) -> Iterator[Problem]:
    """
    Yield what Airflow rejected, without what flowkit has found itself.
    """
    known = {_identity(problem) for problem in found}
    for timing in timings:
        for problem in timing.problems:
            if _identity(problem) not in known:
                known.add(_identity(problem))
                yield problem


def _identity(problem: Problem) -> tuple[str, str | None, SourceLocation | str | None]:
    # A file that cannot be loaded fails at another line, and with another traceback, than in Airflow.
    if problem.code == _NOT_LOADED:
        return problem.code, None, problem.location.file if problem.location else None
    return problem.code, problem.dag_id, problem.location


def _apart(loading: Iterator[LoadedFile]) -> Iterator[LoadedFile]:
    while True:
        with ProcessState():
            file = next(loading, None)
        if file is None:
            return
        yield file


def _may_be_unharmed(result: _FileResult | WorkerCrashed) -> bool:
    """
    Return whether a file failed that may not fail in a process of its own.
    """
    if isinstance(result, WorkerCrashed):
        return not result.timed_out
    return any(finding.code == _NOT_LOADED for finding in result[0])


def _merged(results: Sequence[_FileResult], source_findings: Sequence[Problem]) -> Results:
    found = [*(one for its, _ in results for one in its), *source_findings]
    checked = _without_repeated_pipelines(file for _, file in results)
    return Results(tuple(_without_repeats(found)), tuple(checked))


def _is_registered_in_helper(finding: Problem) -> bool:
    return finding.code == _REGISTERED_IN_HELPER


def _crashed(file: Path, crashed: WorkerCrashed) -> _FileResult:
    if crashed.timed_out:
        return (timeout(str(file), crashed.reason),), CheckedFile(str(file), 0)
    return (crash(str(file), crashed.reason),), CheckedFile(str(file), 0)


def _checked(file: LoadedFile) -> CheckedFile:
    locations = tuple((pipeline.dag_id, pipeline.location) for pipeline in file.pipelines)
    return CheckedFile(
        file.file,
        len(file.items),
        locations,
        names_in(file.items),
        registers_in_helper=bool(file.in_helpers),
        line=file.line or 1,
        tasks=sum(len(pipeline.tasks) for pipeline in file.pipelines),
        seconds=file.seconds,
    )


def _without_repeated_pipelines(files: Iterable[CheckedFile]) -> Iterator[CheckedFile]:
    """
    Yield *files*, without repeated pipelines of a helper that registers at import, once for each worker.
    """
    known: set[tuple[str, SourceLocation]] = set()
    for file in files:
        if not file.registers_in_helper:
            yield file
            continue
        repeated = known.intersection(file.locations)
        known.update(item for item in file.locations if item[1].file != file.file)
        locations = tuple(item for item in file.locations if item not in repeated)
        yield attrs.evolve(file, items=file.items - len(repeated), locations=locations)


def _without_repeats(found: Sequence[Problem]) -> Iterator[Problem]:
    """
    Yield *found*, without repeated findings of one helper, which each worker imports for the first time.
    """
    known: set[SourceLocation | None] = set()
    for finding in found:
        if not _is_registered_in_helper(finding):
            yield finding
        elif finding.location not in known:
            known.add(finding.location)
            yield finding


@final
class _RareCollection:
    """
    Lets the garbage collector run less often: specs and syntax trees are many objects without cycles.

    It is not disabled, since the user's files may create cycles.
    """

    def __init__(self) -> None:
        self._before = gc.get_threshold()

    def __enter__(self) -> _RareCollection:
        if self._before[0]:
            gc.set_threshold(max(self._before[0], _GC_THRESHOLD), *self._before[1:])
        return self

    def set_aside(self) -> None:
        """
        Exclude the existing objects from collection: the user's modules, which stay, and what little a file leaves.
        """
        gc.freeze()

    def __exit__(self, *_: object) -> None:
        gc.unfreeze()
        gc.set_threshold(*self._before)
