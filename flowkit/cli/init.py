"""
`flowkit init`: a new project that passes its own checks.
"""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from flowkit.base.errors import FlowkitError
from flowkit.cli import output
from flowkit.scaffold.project_files import Written, write
from flowkit.scaffold.project_names import Names

if TYPE_CHECKING:
    from argparse import _SubParsersAction

_STYLES = {"written": "green", "kept": "yellow", "unchanged": "dim", "failed": "bold red"}


def add_to(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """
    Add this command to the command line.
    """
    parser = commands.add_parser(
        "init",
        help="write a new project: an example, its checks, CI, settings",
        description=(
            "Write a new project: a typed example pipeline with a test, settings of mypy, pyright, ruff and pytest, a "
            "workflow for GitHub, VS Code settings and a dev container. Files that are there are kept, and named. "
            "Exit code: 0 written, or kept; 1 a file could not be written; 2 the command was used in a wrong way."
        ),
        epilog="Examples: flowkit init; flowkit init shop --name shop-pipelines",
    )
    parser.add_argument("folder", nargs="?", default=".", metavar="DIR", help="where (default: here)")
    parser.add_argument("--name", help="what the project is called (default: as the folder)")
    parser.set_defaults(command=init)


def init(args: argparse.Namespace) -> int:
    """
    Write the files, and say what became of each and what to do next.
    """
    root = Path(args.folder)
    try:
        names = Names.of(root) if args.name is None else Names.given(args.name)
    except FlowkitError as error:
        output.error(str(error))
        return output.EXIT_USAGE

    try:
        root.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        kind = "a link that leads nowhere" if root.is_symlink() else "a file"
        output.error(f"{str(root)!r} is {kind}, and a project is a folder.")
        return output.EXIT_USAGE
    except OSError as error:
        output.error(f"The folder {str(root)!r} cannot be made: {error.strerror}.")
        return output.EXIT_FAILURE

    files = write(names, root)
    failed = [file for file in files if file.outcome == "failed"]
    reasons = {file.reason for file in failed}
    if len(failed) == len(files) and len(reasons) == 1:
        output.error(f"Nothing can be written to {str(root.resolve())!r}: {reasons.pop()}.")
        return output.EXIT_FAILURE
    _print(files)
    for file in failed:
        output.error(f"{file.path} cannot be written: {file.reason}.")
    if failed:
        return output.EXIT_FAILURE
    _print_next(root)
    return output.EXIT_OK


def _print(files: list[Written]) -> None:
    out = output.console()
    width = max(len(file.path) for file in files)
    for file in files:
        outcome = "kept, as it was there" if file.outcome == "kept" else file.outcome
        out.print(Text(f"{file.path:<{width}}  ").append(outcome, style=_STYLES[file.outcome]))
    for file in files:
        if file.missing:
            out.print(f"\nAdd to your {file.path}:\n\n{textwrap.indent(file.missing, '    ')}")


def _print_next(root: Path) -> None:
    where = "" if root.resolve() == Path.cwd() else f", in {output.shown(root)}"
    lines = [
        'pip install -e ".[dev]"',
        "flowkit check",
        "flowkit dev",
    ]
    out = output.console()
    out.print(f"\nNext{where}:\n")
    for line in lines:
        out.print(f"    {line}", style="bold")
    out.print("\nflowkit recipe REPO writes what a deployment on Kubernetes needs.")
