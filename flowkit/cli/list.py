"""
`flowkit list`: list pipelines.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flowkit.base.errors import LoadError
from flowkit.cli import completion, output
from flowkit.model.pipeline import PipelineSpec
from flowkit.model.schedule import Cron
from flowkit.project.loading import Loaded, load

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
    parser.set_defaults(command=list_pipelines)


def list_pipelines(args: argparse.Namespace) -> int:
    """
    Print a table of all pipelines, then the errors.
    """
    path = output.default_path(args.path)
    output.prepare_to_load(path)
    try:
        loaded = load(path)
    except LoadError as error:
        output.error(str(error))
        return output.EXIT_USAGE

    completion.cache_ids(path, loaded.files)
    problems = _problems(loaded)
    if not args.quiet:
        _print(path, loaded, problems)
    return output.EXIT_FAILURE if problems else output.EXIT_OK


def _print(path: Path, loaded: Loaded, problems: list[str]) -> None:
    out = output.console()
    if loaded.pipelines:
        table = output.table("DAG id", "Schedule", "Groups", "Tasks", "Owner", "Defined at")
        for pipeline in loaded.pipelines:
            table.add_row(*_row(pipeline))
        out.print(table)
    elif not (loaded.broken or loaded.failures):
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


def _problems(loaded: Loaded) -> list[str]:
    by_id: dict[str, list[str]] = {}
    for pipeline in loaded.pipelines:
        by_id.setdefault(pipeline.dag_id, []).append(str(pipeline.location))
    duplicates = [
        f"The DAG id {dag_id!r} is used by {len(locations)} pipelines, of which Airflow keeps only one: "
        f"{', '.join(locations)}. Rename all but one."
        for dag_id, locations in by_id.items()
        if len(locations) > 1
    ]
    broken = [output.broken_text(item) for item in loaded.broken]
    return [*broken, *(output.failure_text(file) for file in loaded.failures), *duplicates]
