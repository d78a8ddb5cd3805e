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
from flowkit.base.problems import Problem
from flowkit.project.discovery import find, folder_of, may_hold_pipelines, python_and_zip_files
from flowkit.project.file_rules import duplicate_ids, shadowed_helpers, unread_registrations
from flowkit.project.findings import CheckedFile, Findings
from flowkit.project.folder_checker import FolderChecker, Measure

# Problems that a comment in the source may ignore, as it may all warnings. Other problems leave Airflow without a DAG.
_IGNORABLE: Final = {"FK506", "FK507"}


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
    jobs: int = 0,
) -> Findings:
    """
    Check all files at *paths*.

    Args:
        paths: Files and folders.

        on_file: Called before each file is loaded, with its number and the total.

        dags: The DAG folder; by default it is discovered.

        configured: Airflow's configuration; by default it is read.

        measure: Measures how long Airflow needs for the files; by default nothing is measured.

        jobs: The maximum number of processes for the files of a folder; 0: they are loaded in this process.

    Raises:
        LoadError: If there is nothing at one of the paths.
    """
    configured = configured or AirflowConfig.read()
    sources = Sources()
    folders = _requested(paths, dags or configured.dags_folder, sources)
    # Before the user's files are executed: they may change what can be imported.
    findings = [finding for folder, files in folders.items() for finding in _static(folder, files, sources)]
    checked: list[CheckedFile] = []
    for folder, files in folders.items():
        checker = FolderChecker(folder, sources, configured, measure)
        results = checker.check(tuple(files.to_load), _counted(on_file, len(checked), _total(folders)), jobs)
        findings += results.findings
        checked += results.checked
    return _report([*findings, *duplicate_ids(checked)], checked, folders, sources)


def _requested(paths: Sequence[Path], dags: Path | None, sources: Sources) -> dict[Path, _Requested]:
    folders: dict[Path, _Requested] = {}
    for path in paths:
        # A file that is requested twice is loaded once.
        known = {file for files in folders.values() for file in files.to_load}
        requested = folders.setdefault(folder_of(path, dags), _Requested())
        in_folder: tuple[Path, ...] = ()
        if path.is_dir():
            in_folder, zips = python_and_zip_files(path)
            requested.zips.update(dict.fromkeys(zips))
            files = tuple(file for file in in_folder if may_hold_pipelines(file, sources[file].text))
        else:
            files = find(path)
        requested.to_load.update(dict.fromkeys(file for file in files if file not in known))
        requested.in_folders.update(dict.fromkeys(in_folder))
        requested.python.update(dict.fromkeys(in_folder or files))
    return folders


def _static(folder: Path, files: _Requested, sources: Sources) -> Iterator[Problem]:
    yield from shadowed_helpers(folder, tuple(files.python), sources)
    yield from unread_registrations(tuple(files.in_folders), sources)


def _total(folders: Mapping[Path, _Requested]) -> int:
    return sum(len(requested.to_load) for requested in folders.values())


def _counted(
    on_file: Callable[[Path, int, int], None], before: int, total: int
) -> Callable[[Path, int], None]:
    return lambda file, number: on_file(file, before + number, total)


def _report(
    findings: Sequence[Problem],
    checked: Sequence[CheckedFile],
    folders: Mapping[Path, _Requested],
    sources: Sources,
) -> Findings:
    unique = [
        finding for finding in dict.fromkeys(_without_repeats(findings)) if not _ignored(finding, sources)
    ]
    pipelines = sum(file.items for file in checked)
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
