"""
Loads the files of one DAG folder and asks the rules of each, in this process or in several that share them.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, final

import attrs

from flowkit.airflow.configured import Configured
from flowkit.airflow.timing import Timing
from flowkit.check.wide import wide_edges
from flowkit.errors import Place
from flowkit.lint.files import not_read, of_file
from flowkit.lint.finding import Checked, Finding
from flowkit.lint.limits import limits
from flowkit.lint.reader import Readers
from flowkit.lint.secrets import secrets
from flowkit.lint.shares import in_shares
from flowkit.lint.source import Sources
from flowkit.load import LoadedFile, load_each

Measure = Callable[[Sequence[LoadedFile], Path], Mapping[str, Timing]]
"""How long Airflow needs for files of a DAG folder, by their paths."""

# Fewer files are checked before another process has begun.
_FEWEST: Final = 20
# The code of a problem that is told when a helper is imported.
_AT_IMPORT: Final = "FK406"
# Objects that are made before Python's garbage collector looks for rings among them; usually 700.
_RARELY: Final = 100_000


@final
@attrs.frozen
class Results:
    """
    What the files of a folder have shown, in their order.
    """

    found: tuple[Finding, ...]
    checked: tuple[Checked, ...]


@final
@attrs.frozen
class _Share:
    by_file: tuple[tuple[tuple[Finding, ...], Checked], ...]

    of_sources: tuple[Finding, ...]
    """What stands in the sources: of the files, and of the modules that they import."""


@final
@attrs.frozen
class Desk:
    """
    Checks the files of one DAG folder.
    """

    folder: Path
    sources: Sources
    configured: Configured

    measure: Measure | None
    """Asks Airflow how long it needs."""

    def check(self, files: Sequence[Path], on_file: Callable[[Path, int], None], jobs: int) -> Results:
        """
        Load and check *files*.

        Args:
            files: Files of the folder.

            on_file: Called before a file is loaded, with its number.

            jobs: The most processes that may share them. The results are those of one process.
        """
        # Airflow is asked once for all. Of other systems than Linux not all allow a process to be copied.
        alone = self.measure is not None or not sys.platform.startswith("linux")
        count = 1 if alone else max(1, min(jobs, len(files) // _FEWEST))

        def announced(number: int) -> Iterator[Path]:
            for at, file in enumerate(files[number::count]):
                if number == 0:
                    on_file(file, at * count + 1)
                yield file

        shares = in_shares(lambda number: self._share(announced(number)), count)
        found: list[Finding] = []
        checked: list[Checked] = []
        for at in range(len(files)):
            its, one = shares[at % count].by_file[at // count]
            found += its
            checked.append(one)
        found += (one for share in shares for one in share.of_sources)
        return Results(tuple(_by_first(found)), tuple(checked))

    def _share(self, files: Iterator[Path]) -> _Share:
        with _collecting_rarely():
            loading: Iterator[LoadedFile] | list[LoadedFile] = load_each(files, self.folder)
            timings: Mapping[str, Timing] = {}
            if self.measure is not None:
                loading = list(loading)
                timings = self.measure(loading, self.folder)
            # One after the other: nobody needs a pipeline of a file any more when the next one is loaded.
            by_file = tuple((tuple(self._of(file, timings)), _checked(file)) for file in loading)
            return _Share(by_file, self._of_sources(one.file for _, one in by_file))

    def _of(self, file: LoadedFile, timings: Mapping[str, Timing]) -> Iterator[Finding]:
        yield from of_file(file)
        yield from not_read(file, self.sources)
        for pipeline in file.pipelines:
            yield from secrets(pipeline)
            yield from (Finding(hint, warning=True) for hint in wide_edges(pipeline))
        yield from limits(file, timings.get(file.file), self.configured, self.sources)

    def _of_sources(self, files: Iterator[str]) -> tuple[Finding, ...]:
        readers = Readers(self.sources, self.folder)
        with _no_collecting():
            for file in files:
                readers.read(Path(file))
        return tuple(readers.findings())


def _checked(file: LoadedFile) -> Checked:
    places = tuple((pipeline.dag_id, pipeline.place) for pipeline in file.pipelines)
    return Checked(file.file, len(file.items), places)


def _by_first(found: Sequence[Finding]) -> Iterator[Finding]:
    """
    Yield *found*, without what several processes say of one helper: each of them imports it, and for the first time.
    """
    known: set[Place | None] = set()
    for finding in found:
        if finding.problem.code != _AT_IMPORT:
            yield finding
        elif finding.problem.place not in known:
            known.add(finding.problem.place)
            yield finding


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """
    Let the garbage collector look less often: specs and syntax trees are many objects, all needed, and no rings.

    It is not stopped, since nobody knows what the user's files do.
    """
    before = gc.get_threshold()
    if before[0]:
        gc.set_threshold(max(before[0], _RARELY), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """
    Let the garbage collector rest: nothing of the user's runs here, and it would look at all syntax trees again.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
