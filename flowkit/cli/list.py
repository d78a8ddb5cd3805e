"""
`flowkit list`: list pipelines.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, final

import attrs

from flowkit.base.errors import LoadError
from flowkit.base.sensitive import Masking, masking
from flowkit.cli import completion, output
from flowkit.cli.parser import add_timeout_option
from flowkit.cli.pipeline_search import is_dag_id
from flowkit.model.collection import BrokenPipeline
from flowkit.model.pipeline import PipelineSpec
from flowkit.model.schedule import Cron
from flowkit.project.discovery import find, folder_of
from flowkit.project.isolated import load_isolated
from flowkit.project.loading import LoadedFile

_MAX_NAMES = 3
# Airflow's default for a task without an owner.
_DEFAULT_OWNER = "airflow"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Describe this command to the command line.
    """
    parser.description = (
        "List pipelines with their schedules, groups, tasks and owners, followed by the errors in broken ones. "
        "Exit code: 0 no errors, 1 a pipeline or a file is broken, 2 no such path, or a usage error."
    )
    parser.epilog = "Examples: flowkit list; flowkit list dags/shop.py"
    parser.add_argument(
        "path", nargs="?", metavar="PATH", help="file or folder (default: dags, or the current directory)"
    )
    parser.add_argument("--quiet", action="store_true", help="no output; use the exit code")
    add_timeout_option(parser)
    parser.set_defaults(command=list_pipelines)


def list_pipelines(args: argparse.Namespace) -> int:
    """
    Print a table of all pipelines, then the errors.
    """
    path = output.default_path(args.path)
    hidden, limit_s = masking(), output.load_timeout(args.timeout)
    output.prepare_to_load(path)
    try:
        files = find(path)
    except LoadError as error:
        hint = f" To show a pipeline: flowkit show {args.path}." if is_dag_id(args.path) else ""
        output.error(f"{error}{hint}")
        return output.EXIT_USAGE

    listed = load_isolated(dict.fromkeys(files, folder_of(path)), _listed, limit_s=limit_s)
    completion.cache_ids(path, {file.file: file.ids for file in listed})
    problems = _problems(listed)
    if not args.quiet:
        _print(path, listed, problems, hidden)
    return output.EXIT_FAILURE if problems else output.EXIT_OK


@final
@attrs.frozen
class _ListedFile:
    """
    One file; what processes can exchange of it.
    """

    file: str
    rows: tuple[tuple[str, ...], ...]
    broken: tuple[BrokenPipeline, ...]
    failure: LoadedFile | None

    @property
    def ids(self) -> list[str]:
        """
        The ids of its pipelines, the broken ones too.
        """
        return [*(row[0] for row in self.rows), *(one.dag_id for one in self.broken if one.dag_id)]


def _listed(loaded: LoadedFile) -> _ListedFile:
    failure = None if loaded.failure is None else attrs.evolve(loaded, items=())
    return _ListedFile(loaded.file, tuple(map(_row, loaded.pipelines)), loaded.broken, failure)


def _print(path: Path, files: Sequence[_ListedFile], problems: list[str], hidden: Masking) -> None:
    out = output.console()
    rows = [row for file in files for row in file.rows]
    if rows:
        table = output.table("DAG id", "Schedule", "Groups", "Tasks", "Owner", "Defined at")
        for dag_id, *cells, location in rows:
            # The name of an asset may be a URL with a password.
            table.add_row(dag_id, *map(hidden.mask, cells), location)
        out.print(table)
    elif not problems:
        out.print(f"No pipelines in {output.display_path(path)}.")

    for problem in problems:
        out.print()
        out.print(problem)


def _row(pipeline: PipelineSpec) -> tuple[str, ...]:
    return (
        pipeline.dag_id,
        schedule_text(pipeline.settings.get("schedule")),
        _shortened([group.group_id for group in pipeline.groups]) or "-",
        str(len(pipeline.tasks)),
        _shortened(sorted({str(task.options.get("owner", _DEFAULT_OWNER)) for task in pipeline.tasks})),
        str(pipeline.location),
    )


def _shortened(names: list[str]) -> str:
    more = f" +{len(names) - _MAX_NAMES}" if len(names) > _MAX_NAMES else ""
    return ", ".join(names[:_MAX_NAMES]) + more


def schedule_text(schedule: Any) -> str:
    """
    Return *schedule* as short text.
    """
    if schedule is None:
        return "-"
    if isinstance(schedule, Cron):
        return schedule.expression + (f" ({schedule.timezone})" if schedule.timezone else "")
    if isinstance(schedule, str):
        return schedule
    if hasattr(schedule, "total_seconds"):
        return f"every {schedule}"
    if isinstance(schedule, Iterable) and not hasattr(schedule, "serialize"):
        return _shortened([_asset_text(asset) for asset in schedule])
    return _asset_text(schedule)


def _asset_text(asset: Any) -> str:
    name = getattr(asset, "name", None)
    return name if isinstance(name, str) and name else type(asset).__name__


def _problems(files: Sequence[_ListedFile]) -> list[str]:
    by_id: dict[str, list[str]] = {}
    for dag_id, *_, location in (row for file in files for row in file.rows):
        by_id.setdefault(dag_id, []).append(location)
    duplicates = [
        f"The DAG id {dag_id!r} is used by {len(locations)} pipelines, of which Airflow keeps only one: "
        f"{', '.join(locations)}. Rename all but one."
        for dag_id, locations in by_id.items()
        if len(locations) > 1
    ]
    broken = [output.broken_text(item) for file in files for item in file.broken]
    failures = [output.failure_text(file.failure) for file in files if file.failure is not None]
    return [*broken, *failures, *duplicates]
