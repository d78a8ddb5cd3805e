"""
Loads the files of one DAG folder and asks the rules of each, in this process or in several that share them.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias, final

import attrs

from flowkit.analysis.reader import Readers
from flowkit.analysis.sources import Sources
from flowkit.base.airflow_config import AirflowConfig
from flowkit.base.call_site import SourceLocation
from flowkit.base.gc_pause import gc_paused
from flowkit.base.problems import Problem
from flowkit.project.file_rules import crash, not_read, of_file
from flowkit.project.findings import CheckedFile
from flowkit.project.loading import LoadedFile, load_each
from flowkit.project.parse_limits import Timing, limits
from flowkit.project.worker_pool import WorkerCrashed, can_fork, run_in_workers
from flowkit.resolve.wide_edges import wide_edges
from flowkit.rules.secret_arguments import secrets

Measure = Callable[[Sequence[LoadedFile], Path], Mapping[str, Timing]]
"""How long Airflow needs for files of a DAG folder, by their paths."""

# Fewer files are checked before another process has begun.
_FEWEST: Final = 20
# The code of a problem that is told when a helper is imported.
_AT_IMPORT: Final = "FK406"
# Objects that one file may make before Python's garbage collector looks for rings among them; usually 700.
_RARELY: Final = 100_000


@final
@attrs.frozen
class Results:
    """
    What the files of a folder have shown, in their order.
    """

    found: tuple[Problem, ...]
    checked: tuple[CheckedFile, ...]


_OfFile: TypeAlias = "tuple[tuple[Problem, ...], CheckedFile]"
"""What one file has shown when it was loaded."""


@final
@attrs.frozen
class FolderChecker:
    """
    Checks the files of one DAG folder.
    """

    folder: Path
    sources: Sources
    configured: AirflowConfig

    measure: Measure | None
    """Asks Airflow how long it needs."""

    def check(self, files: Sequence[Path], on_file: Callable[[Path, int], None], jobs: int) -> Results:
        """
        Load and check *files*.

        Args:
            files: Files of the folder.

            on_file: Called before a file is loaded, with its number; of quick ones not before each.

            jobs: The most processes that may share them; 0: all is done in this one. The results are the same.
        """
        if not files:
            return Results((), ())
        # Airflow is asked once for all.
        if not jobs or self.measure is not None or not can_fork():
            return self._alone(files, on_file)
        return self._shared(files, on_file, max(1, min(jobs, len(files) // _FEWEST)))

    def _shared(self, files: Sequence[Path], on_file: Callable[[Path, int], None], count: int) -> Results:
        total = len(files)
        # A share ends with a piece of its own: the sources of its files.
        shares = [(*range(start, total, count), total + start) for start in range(count)]

        def work(
            share: Sequence[int], begin: Callable[[int], None]
        ) -> Iterator[_OfFile | tuple[Problem, ...]]:
            loading = [files[number] for number in share if number < total]
            yield from self._load(loading, lambda at: begin(share[at]))
            if share[-1] >= total:
                begin(share[-1])
                yield self._of_sources(files[share[-1] - total :: count])

        def begun(number: int) -> None:
            if number < total:
                on_file(files[number], number + 1)

        given: dict[int, Any] = run_in_workers(work, shares, begun)
        results = [
            _crashed(files[number], one) if isinstance(one := given[number], WorkerCrashed) else one
            for number in range(total)
        ]
        if count > 1 and any(_is_at_import(one) for found, _ in results for one in found):
            # What a helper registers belongs to the first file that imports it, and each copy has a first one.
            return self._shared(files, on_file, 1)
        of_sources: list[Problem] = []
        for start in range(count):
            found = given[total + start]
            # What the user's files did to a copy may have kept it from that. Here nothing was executed.
            of_sources += self._of_sources(files[start::count]) if isinstance(found, WorkerCrashed) else found
        return _together(results, of_sources)

    def _alone(self, files: Sequence[Path], on_file: Callable[[Path, int], None]) -> Results:
        results = list(self._load(files, lambda at: on_file(files[at], at + 1)))
        return _together(results, self._of_sources(files))

    def _load(self, files: Sequence[Path], begin: Callable[[int], None]) -> Iterator[_OfFile]:
        def announced() -> Iterator[Path]:
            for at, file in enumerate(files):
                begin(at)
                yield file

        with _Collector() as collector:
            loading: Iterator[LoadedFile] | list[LoadedFile] = load_each(announced(), self.folder)
            timings: Mapping[str, Timing] = {}
            if self.measure is not None:
                loading = list(loading)
                timings = self.measure(loading, self.folder)
            # One after the other: nobody needs a pipeline of a file any more when the next one is loaded.
            for file in loading:
                yield tuple(self._of(file, timings)), _checked(file)
                collector.set_aside()

    def _of(self, file: LoadedFile, timings: Mapping[str, Timing]) -> Iterator[Problem]:
        yield from of_file(file)
        yield from not_read(file, self.sources)
        for pipeline in file.pipelines:
            yield from secrets(pipeline)
            yield from wide_edges(pipeline)
        yield from limits(file, timings.get(file.file), self.configured, self.sources)

    def _of_sources(self, files: Sequence[Path]) -> tuple[Problem, ...]:
        """
        Return what stands in the sources: of *files*, and of the modules that they import.
        """
        readers = Readers(self.sources, self.folder)
        with gc_paused():
            for file in files:
                readers.read(file)
            found = tuple(readers.problems())
            readers.forget()
            # Or else it would look at all syntax trees as soon as it goes on.
            gc.freeze()
        gc.unfreeze()
        return found


def _together(results: Sequence[_OfFile], of_sources: Sequence[Problem]) -> Results:
    found = [*(one for its, _ in results for one in its), *of_sources]
    return Results(tuple(_by_first(found)), tuple(checked for _, checked in results))


def _is_at_import(finding: Problem) -> bool:
    return finding.code == _AT_IMPORT


def _crashed(file: Path, crashed: WorkerCrashed) -> _OfFile:
    return (crash(str(file), crashed.reason),), CheckedFile(str(file), 0)


def _checked(file: LoadedFile) -> CheckedFile:
    locations = tuple((pipeline.dag_id, pipeline.location) for pipeline in file.pipelines)
    return CheckedFile(file.file, len(file.items), locations)


def _by_first(found: Sequence[Problem]) -> Iterator[Problem]:
    """
    Yield *found*, without what several processes say of one helper: each of them imports it, and for the first time.
    """
    known: set[SourceLocation | None] = set()
    for finding in found:
        if not _is_at_import(finding):
            yield finding
        elif finding.location not in known:
            known.add(finding.location)
            yield finding


@final
class _Collector:
    """
    Lets the garbage collector look less often: specs and syntax trees are many objects, all needed, and no rings.

    It is not stopped, since nobody knows what the user's files do.
    """

    def __init__(self) -> None:
        self._before = gc.get_threshold()

    def __enter__(self) -> _Collector:
        if self._before[0]:
            gc.set_threshold(max(self._before[0], _RARELY), *self._before[1:])
        return self

    def set_aside(self) -> None:
        """
        Let it look no more at what is there: modules of the user's, which stay, and what little a file leaves behind.
        """
        gc.freeze()

    def __exit__(self, *_: object) -> None:
        gc.unfreeze()
        gc.set_threshold(*self._before)
