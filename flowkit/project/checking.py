"""
Checks all files that somebody asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, final

import attrs

from flowkit.analysis.sources import Sources
from flowkit.base.airflow_config import AirflowConfig
from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem
from flowkit.project.discovery import find, folder_of, may_hold_pipelines, python_and_zip_files
from flowkit.project.file_rules import same_ids, shadowed, unseen
from flowkit.project.findings import CheckedFile, Findings
from flowkit.project.folder_checker import FolderChecker, Measure

# Problems of the source that its author may know better; so are all warnings. Of other problems comes no DAG.
_IGNORABLE: Final = {"FK506", "FK507"}


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

    zips: dict[Path, None] = attrs.field(factory=dict)


def lint(
    paths: Sequence[Path],
    on_file: Callable[[Path, int, int], None],
    *,
    dags: Path | None = None,
    configured: AirflowConfig | None = None,
    measure: Measure | None = None,
    jobs: int = 0,
) -> Findings:
    """
    Check all files at *paths*, each a file or a folder.

    Args:
        paths: Where to look.

        on_file: Called before each file is loaded, with its number and the number of all.

        dags: The DAG folder; by default it is looked for.

        configured: What Airflow's configuration says; by default it is read.

        measure: Asks Airflow how long it needs for the files. By default it is not asked.

        jobs: The most processes that may share the files of a folder; 0: this one executes them itself.

    Raises:
        LoadError: If there is nothing at one of the paths.
    """
    configured = configured or AirflowConfig.read()
    sources = Sources()
    folders = _asked(paths, dags or configured.dags_folder, sources)
    # Before the user's files are executed: they may change what can be imported.
    found: list[Problem] = []
    for folder, asked in folders.items():
        found += shadowed(folder, tuple(asked.around), sources)
        found += unseen(tuple(asked.whole), sources)

    checked: list[CheckedFile] = []
    total = sum(len(asked.files) for asked in folders.values())
    for folder, asked in folders.items():
        desk = FolderChecker(folder, sources, configured, measure)
        results = desk.check(tuple(asked.files), _counted(on_file, len(checked), total), jobs)
        found += results.found
        checked += results.checked
    found += same_ids(checked)

    unique = [finding for finding in dict.fromkeys(_once(found)) if not _ignored(finding, sources)]
    count = sum(file.items for file in checked)
    zips = {str(file): None for asked in folders.values() for file in asked.zips}
    return Findings(tuple(sorted(unique, key=_order)), total, count, tuple(zips))


def _asked(paths: Sequence[Path], dags: Path | None, sources: Sources) -> dict[Path, _Folder]:
    folders: dict[Path, _Folder] = {}
    for path in paths:
        # What was asked for twice is looked at once.
        taken = {file for asked in folders.values() for file in asked.files}
        asked = folders.setdefault(folder_of(path, dags), _Folder())
        whole: tuple[Path, ...] = ()
        if path.is_dir():
            whole, zips = python_and_zip_files(path)
            asked.zips.update(dict.fromkeys(zips))
            files = tuple(file for file in whole if may_hold_pipelines(file, sources[file].text))
        else:
            files = find(path)
        asked.files.update(dict.fromkeys(file for file in files if file not in taken))
        asked.whole.update(dict.fromkeys(whole))
        asked.around.update(dict.fromkeys(whole or files))
    return folders


def _counted(
    on_file: Callable[[Path, int, int], None], before: int, total: int
) -> Callable[[Path, int], None]:
    return lambda file, number: on_file(file, before + number, total)


def _once(found: Sequence[Problem]) -> Iterator[Problem]:
    # An output that was used while a file was loaded is known from there, by the words of the error.
    known = {finding.location for finding in found if finding.code == "FK007"}
    for finding in found:
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
