"""
Checks files and folders with pipelines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, final

import attrs

from flowkit.analysis.sources import Sources
from flowkit.base.airflow_config import AirflowConfig
from flowkit.base.call_site import SourceLocation
from flowkit.base.paths import is_folder
from flowkit.base.problems import Problem
from flowkit.project.discovery import find, folder_of, may_hold_pipelines, python_and_zip_files
from flowkit.project.file_rules import duplicate_ids, shadowed_helpers, unread_registrations
from flowkit.project.findings import CheckedFile, Findings
from flowkit.project.folder_checker import FolderChecker, Measure, Results
from flowkit.project.loading import LoadedFile
from flowkit.project.pipeline_names import name_problems
from flowkit.project.stub_rules import stale_stub_problems
from flowkit.project.worker_pool import can_fork, run_in_workers

# Problems that a comment in the source may ignore, as it may all warnings. Other problems leave Airflow without a DAG.
_IGNORABLE: Final = {"FK506", "FK507"}
# Problems of files whose pipelines are unknown.
_UNREAD: Final = {"FK501", "FK517"}


@final
@attrs.define(eq=False)
class _Requested:
    """
    The requested files of one DAG folder.
    """

    to_load: dict[Path, None] = attrs.field(factory=dict)

    python: dict[Path, None] = attrs.field(factory=dict)
    """All Python files, whether or not they are loaded."""

    in_folders: dict[Path, None] = attrs.field(factory=dict)
    """The Python files of requested folders."""

    zips: dict[Path, None] = attrs.field(factory=dict)


def check_files(
    paths: Sequence[Path],
    on_file: Callable[[Path, int, int], None],
    *,
    dags: Path | None = None,
    configured: AirflowConfig | None = None,
    measure: Measure | None = None,
    on_loaded: Callable[[LoadedFile], None] | None = None,
    jobs: int = 0,
    limit_s: float | None = None,
) -> Findings:
    """
    Check all files at *paths*.

    Args:
        paths: Files and folders.

        on_file: Called before each file is loaded, with its number and the total.

        dags: The DAG folder; by default it is discovered.

        configured: Airflow's configuration; by default it is read.

        measure: See `FolderChecker`.

        on_loaded: See `FolderChecker`.

        jobs: The maximum number of processes for the files of a folder; 0: they are loaded in this process.

        limit_s: See `FolderChecker`.

    Raises:
        LoadError: If there is nothing at one of the paths.
    """
    configured = configured or AirflowConfig.read()
    sources = Sources()
    folders = _requested(paths, dags or configured.dags_folder, sources)
    checkers = [FolderChecker(folder, sources, configured, measure, on_loaded, limit_s) for folder in folders]
    findings = _static_findings(folders, sources, isolated=jobs > 0 and on_loaded is None)
    return _report(findings, _check(checkers, folders, on_file, jobs), folders, sources)


def _check(
    checkers: Sequence[FolderChecker],
    folders: Mapping[Path, _Requested],
    on_file: Callable[[Path, int, int], None],
    jobs: int,
) -> Results:
    findings: list[Problem] = []
    checked: list[CheckedFile] = []
    for checker in checkers:
        counted = _counted(on_file, len(checked), _total(folders))
        results = checker.check(tuple(folders[checker.folder].to_load), counted, jobs)
        findings += results.findings
        checked += results.checked
    # Pipelines may be in files that were not requested, or not loaded.
    unread = any(finding.code in _UNREAD for finding in findings)
    names = name_problems(checked, lambda: not unread and all(map(_is_complete, folders, folders.values())))
    return Results((*findings, *duplicate_ids(checked), *names), tuple(checked))


def _is_complete(folder: Path, requested: _Requested) -> bool:
    """
    Return whether all files of a DAG folder were requested, and none of them is a zip file.
    """
    python, zips = python_and_zip_files(folder)
    return not zips and set(python) <= set(requested.python)


def _requested(paths: Sequence[Path], dags: Path | None, sources: Sources) -> dict[Path, _Requested]:
    folders: dict[Path, _Requested] = {}
    for path in paths:
        # A file that is requested twice is loaded once.
        known = {file for files in folders.values() for file in files.to_load}
        requested = folders.setdefault(folder_of(path, dags), _Requested())
        in_folder: tuple[Path, ...] = ()
        if is_folder(path):
            in_folder, zips = python_and_zip_files(path)
            requested.zips.update(dict.fromkeys(zips))
            files = tuple(file for file in in_folder if may_hold_pipelines(file, sources[file].text))
        else:
            files = find(path)
        requested.to_load.update(dict.fromkeys(file for file in files if file not in known))
        requested.in_folders.update(dict.fromkeys(in_folder))
        requested.python.update(dict.fromkeys(in_folder or files))
    return folders


def _static_findings(
    folders: Mapping[Path, _Requested], sources: Sources, *, isolated: bool
) -> list[Problem]:
    """
    Return the findings that need no file to be executed. The user's files may change what can be imported.

    Args:
        folders: The requested files.

        sources: Their texts.

        isolated: Whether to use another process: some files crash Python's parser. They get no such findings.
    """
    requested = list(folders.items())

    def work(chunk: Sequence[int], begin: Callable[[int], None]) -> Iterator[tuple[Problem, ...]]:
        for number in chunk:
            begin(number)
            yield tuple(_static(*requested[number], sources))

    numbers = range(len(requested))
    if not (requested and isolated and can_fork()):
        return [finding for found in work(numbers, lambda _: None) for finding in found]
    results = run_in_workers(work, [numbers], lambda _: None)
    return [finding for found in results.values() if isinstance(found, tuple) for finding in found]


def _static(folder: Path, files: _Requested, sources: Sources) -> Iterator[Problem]:
    yield from shadowed_helpers(folder, tuple(files.python), sources)
    yield from unread_registrations(tuple(files.in_folders), sources)
    yield from stale_stub_problems([folder])


def _total(folders: Mapping[Path, _Requested]) -> int:
    return sum(len(requested.to_load) for requested in folders.values())


def _counted(
    on_file: Callable[[Path, int, int], None], before: int, total: int
) -> Callable[[Path, int], None]:
    return lambda file, number: on_file(file, before + number, total)


def _report(
    static: Sequence[Problem],
    results: Results,
    folders: Mapping[Path, _Requested],
    sources: Sources,
) -> Findings:
    unique = [
        finding
        for finding in dict.fromkeys(_without_repeats([*static, *results.findings]))
        if not _ignored(finding, sources)
    ]
    pipelines = sum(file.items for file in results.checked)
    zips = dict.fromkeys(str(file) for requested in folders.values() for file in requested.zips)
    return Findings(tuple(sorted(unique, key=_order)), _total(folders), pipelines, tuple(zips))


def _without_repeats(findings: Sequence[Problem]) -> Iterator[Problem]:
    # An early use of an output is reported by the error when the file is loaded, and again by the rule for its source.
    known = {finding.location for finding in findings if finding.code == "FK007"}
    for finding in findings:
        if finding.code != "FK507" or finding.location not in known:
            yield finding


def _ignored(finding: Problem, sources: Sources) -> bool:
    location, code = finding.location, finding.code
    if location is None or not (finding.is_warning or code in _IGNORABLE):
        return False
    ignored = sources[location.file].ignored
    return bool(ignored) and any(
        code in ignored.get(line, ())
        for line in range(location.line, max(location.line, finding.end_line) + 1)
    )


def _order(finding: Problem) -> tuple[str, int, str]:
    location = finding.location or SourceLocation("", 0)
    return location.file, location.line, finding.code
