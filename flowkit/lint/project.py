"""
Checks all files that somebody asks for.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, final

import attrs

from flowkit.airflow.configured import Configured
from flowkit.airflow.timing import Timing
from flowkit.check.wide import wide_edges
from flowkit.errors import Place
from flowkit.lint.files import not_read, of_file, same_ids, shadowed, unseen
from flowkit.lint.finding import Finding, Findings
from flowkit.lint.limits import limits
from flowkit.lint.reader import Readers
from flowkit.lint.secrets import secrets
from flowkit.lint.source import Sources
from flowkit.load import LoadedFile, find, folder_of, load_each, python_files

# Problems of the source that its author may know better; so are all warnings. Of other problems comes no DAG.
_IGNORABLE: Final = {"FK506", "FK507"}

Measure = Callable[[Sequence[LoadedFile], Path], Mapping[str, Timing]]
"""How long Airflow needs for files of a DAG folder, by their paths."""


@final
@attrs.define(eq=False)
class _Folder:
    """
    What was asked for of one DAG folder.
    """

    files: dict[Path, None] = attrs.field(factory=dict)
    """The files to load."""

    around: dict[Path, None] = attrs.field(factory=dict)
    """All Python files that were asked for, whatever they hold."""

    whole: dict[Path, None] = attrs.field(factory=dict)
    """Those of folders."""


def lint(
    paths: Sequence[Path],
    on_file: Callable[[Path, int, int], None],
    *,
    dags: Path | None = None,
    configured: Configured | None = None,
    measure: Measure | None = None,
) -> Findings:
    """
    Check all files at *paths*, each a file or a folder.

    Args:
        paths: Where to look.

        on_file: Called before each file is loaded, with its number and the number of all.

        dags: The DAG folder; by default it is looked for.

        configured: What Airflow's configuration says; by default it is read.

        measure: Asks Airflow how long it needs for the files. By default it is not asked.

    Raises:
        LoadError: If there is nothing at one of the paths.
    """
    configured = configured or Configured.read()
    folders = _asked(paths, dags or configured.dags_folder)
    sources = Sources()
    # Before the user's files are executed: they may change what can be imported.
    found: list[Finding] = []
    for folder, asked in folders.items():
        found += shadowed(folder, tuple(asked.around), sources)
        found += unseen(tuple(asked.whole), sources)

    loaded: list[LoadedFile] = []
    total = sum(len(asked.files) for asked in folders.values())
    for folder, asked in folders.items():
        # Kept for both: what users see of a long run is the loading.
        its = list(load_each(_announced(asked.files, on_file, len(loaded), total), folder))
        timings = measure(its, folder) if measure else {}
        for file in its:
            found += of_file(file)
            found += not_read(file, sources)
            found += (finding for pipeline in file.pipelines for finding in secrets(pipeline))
            found += (
                Finding(hint, warning=True) for pipeline in file.pipelines for hint in wide_edges(pipeline)
            )
            found += limits(file, timings.get(file.file), configured, sources)
        found += _of_sources(asked.files, folder, sources)
        loaded += its
    found += same_ids(loaded)

    unique = [finding for finding in dict.fromkeys(_once(found)) if not _ignored(finding, sources)]
    count = sum(len(file.items) for file in loaded)
    return Findings(tuple(sorted(unique, key=_order)), total, count)


def _asked(paths: Sequence[Path], dags: Path | None) -> dict[Path, _Folder]:
    folders: dict[Path, _Folder] = {}
    for path in paths:
        # What was asked for twice is looked at once.
        taken = {file for asked in folders.values() for file in asked.files}
        asked = folders.setdefault(folder_of(path, dags), _Folder())
        files = find(path)
        asked.files.update(dict.fromkeys(file for file in files if file not in taken))
        if path.is_dir():
            asked.whole.update(dict.fromkeys(python_files(path)))
        asked.around.update(asked.whole if path.is_dir() else dict.fromkeys(files))
    return folders


def _announced(
    files: Mapping[Path, None], on_file: Callable[[Path, int, int], None], before: int, total: int
) -> Iterator[Path]:
    for number, file in enumerate(files, before + 1):
        on_file(file, number, total)
        yield file


def _of_sources(files: Iterable[Path], folder: Path, sources: Sources) -> Iterator[Finding]:
    readers = Readers(sources, folder)
    with _no_collecting():
        for file in files:
            readers.read(file)
    yield from readers.findings()


@contextmanager
def _no_collecting() -> Iterator[None]:
    """
    Let the garbage collector rest: it would look at all syntax trees again and again, for more than half of the time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _once(found: Sequence[Finding]) -> Iterator[Finding]:
    # An output that was used while a file was loaded is known from there, by the words of the error.
    known = {finding.problem.place for finding in found if finding.problem.code == "FK007"}
    for finding in found:
        if finding.problem.code != "FK507" or finding.problem.place not in known:
            yield finding


def _ignored(finding: Finding, sources: Sources) -> bool:
    place, code = finding.problem.place, finding.problem.code
    if place is None or not (finding.warning or code in _IGNORABLE):
        return False
    ignored = sources[Path(place.file)].ignored
    return bool(ignored) and any(
        code in ignored.get(line, ()) for line in range(place.line, max(place.line, finding.until) + 1)
    )


def _order(finding: Finding) -> tuple[str, int, str]:
    place = finding.problem.place or Place("", 0)
    return place.file, place.line, finding.problem.code
