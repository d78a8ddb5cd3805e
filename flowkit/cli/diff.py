"""
`flowkit diff`: compare pipelines with a git revision or a saved plan.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Final

from rich.text import Text

from flowkit.base.errors import LoadError
from flowkit.base.paths import exists
from flowkit.cli import output
from flowkit.cli.diff_sides import Planner, Side, saved_side
from flowkit.cli.git_repository import Repository
from flowkit.cli.parser import add_timeout_option
from flowkit.project.discovery import find
from flowkit.project.root import project_root
from flowkit.report.comparison import Comparison, compare
from flowkit.report.comparison_text import json_of, lines_of, summary_text
from flowkit.report.markdown import markdown

_HEAD: Final = "HEAD"
_WORKING_TREE: Final = "the working tree"
_STYLES: Final = {"added": "green", "removed": "red", "changed": "yellow", "moved": "yellow"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Describe this command to the command line.
    """
    parser.description = (
        "Compare the pipelines with those of a git revision or a saved plan: settings, schedules, defaults, tasks, "
        "edges, and the functions that tasks call. The revision is checked out to a temporary folder; the working "
        "tree is not modified. Exit code: 0 no changes, 1 changes, 2 usage error, or a pipeline is broken and cannot "
        "be compared."
    )
    parser.epilog = (
        "Examples: flowkit diff; flowkit diff origin/main --format markdown; flowkit diff --plan plan.json"
    )
    parser.add_argument("rev", nargs="?", metavar="REV", help="branch, tag or commit (default: HEAD)")
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files or folders (default: dags, or the current directory)"
    )
    parser.add_argument(
        "--plan", metavar="FILE", help="compare with a plan saved by: flowkit show --all --format json > FILE"
    )
    parser.add_argument(
        "--format",
        choices=("text", "markdown", "json"),
        default="text",
        help="text (the default), markdown for a comment on a pull request, or json",
    )
    add_timeout_option(parser)
    parser.add_argument("--quiet", action="store_true", help="no output; use the exit code")
    parser.set_defaults(command=diff_pipelines)


def diff_pipelines(args: argparse.Namespace) -> int:
    """
    Print the differences.
    """
    try:
        before, after = _sides(args)
    except LoadError as error:
        output.error(str(error))
        return output.EXIT_USAGE

    comparison = compare(before.document, after.document, ignored=after.hides(before) | before.hides(after))
    broken = [f"In {side.name}: {problem}" for side in (before, after) for problem in side.problems]
    if not args.quiet:
        _print(args.format, comparison, before.name, after.name, broken)
    if broken:
        return output.EXIT_USAGE
    return output.EXIT_FAILURE if comparison.pipelines else output.EXIT_OK


def _sides(args: argparse.Namespace) -> tuple[Side, Side]:
    words = [args.rev, *args.paths] if args.rev is not None else []
    limit_s = output.load_timeout(args.timeout)
    if args.plan is not None:
        saved = saved_side(Path(args.plan))
        paths = _paths(words)
        for path in paths:
            find(path)
        root = project_root(paths[0])
        with tempfile.TemporaryDirectory(prefix="flowkit-diff-", ignore_cleanup_errors=True) as name:
            started = Planner(root, paths, Path(name), keyed=False, limit_s=limit_s).start(
                _WORKING_TREE, root
            )
            try:
                return saved, started.wait()
            finally:
                started.stop()
    return _of_revision(words, limit_s)


def _of_revision(words: Sequence[str], limit_s: float) -> tuple[Side, Side]:
    repository = Repository.of(Path.cwd() if len(words) < 2 else _absolute(words[1]))
    # Like git: a word that is not a revision but an existing path is a path.
    if words and not repository.has(words[0]) and exists(Path(words[0])):
        words = [_HEAD, *words]
    elif words and words[0].endswith(".py") and not repository.has(words[0]):
        find(Path(words[0]))  # raises an error with a suggestion
    rev, paths = words[0] if words else _HEAD, _paths(words[1:])
    with tempfile.TemporaryDirectory(prefix="flowkit-diff-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        planner = Planner(repository.root, paths, folder, keyed=True, limit_s=limit_s)
        here = planner.start(_WORKING_TREE, repository.root)
        try:
            repository.write(rev, folder / "tree")
            for path in paths:
                if not exists(folder / "tree" / path.relative_to(repository.root)):
                    find(path)  # raises an error with a suggestion
            there = planner.start(rev, folder / "tree")
            try:
                return there.wait(), here.wait()
            finally:
                there.stop()
        finally:
            here.stop()


def _paths(words: Sequence[str]) -> list[Path]:
    return [_absolute(word) for word in words] or [_absolute(str(output.default_path(None)))]


def _absolute(word: str) -> Path:
    # git reports its root with symbolic links resolved.
    return Path(word).resolve()


def _print(form: str, comparison: Comparison, before: str, after: str, broken: Sequence[str]) -> None:
    now = datetime.now(timezone.utc)
    if form == "json":
        print(json.dumps(_json(comparison, before, after, broken), indent=2, ensure_ascii=False))
        return
    if form == "markdown":
        print(markdown(comparison, before, after, now, broken=broken))
        return
    out = output.console()
    for change in comparison.pipelines:
        for line in lines_of(change, now):
            style = _STYLES.get(line.kind, "")
            weight = "bold " if line.depth == 0 else ""
            out.print(Text(f"{'    ' * line.depth}{line.text}", style=f"{weight}{style}".strip()))
        out.print()
    for problem in broken:
        out.print(problem)
    if broken:
        out.print()
    out.print(summary_text(comparison, before, after))


def _json(comparison: Comparison, before: str, after: str, broken: Sequence[str]) -> dict[str, object]:
    return {
        "before": before,
        "after": after,
        "unchanged": comparison.unchanged,
        "pipelines": json_of(comparison),
        "broken": list(broken),
        "patch": list(comparison.patch),
    }
