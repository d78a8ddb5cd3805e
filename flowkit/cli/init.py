"""
`flowkit init`: create a project that passes its own checks.
"""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path

from rich.text import Text

from flowkit.base.errors import FlowkitError
from flowkit.cli import output
from flowkit.scaffold.project_files import contents, missing_text
from flowkit.scaffold.project_names import ProjectNames
from flowkit.scaffold.writer import WrittenFile, write

_STYLES = {"written": "green", "kept": "yellow", "unchanged": "dim", "failed": "bold red"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Describe this command to the command line.
    """
    parser.description = (
        "Create a project: a typed example pipeline with a test, configuration for mypy, pyright, ruff and pytest, a "
        "GitHub workflow, VS Code settings and a dev container. Existing files are kept and listed. "
        "Exit code: 0 files written or kept, 1 a file could not be written, 2 usage error."
    )
    parser.epilog = "Examples: flowkit init; flowkit init shop --name shop-pipelines"
    parser.add_argument("folder", nargs="?", default=".", metavar="DIR", help="project folder (default: .)")
    parser.add_argument("--name", help="project name (default: the name of the folder)")
    parser.set_defaults(command=init)


def init(args: argparse.Namespace) -> int:
    """
    Write the files, then print the outcome of each and the next steps.
    """
    root = Path(args.folder)
    try:
        names = ProjectNames.from_folder(root) if args.name is None else ProjectNames.from_name(args.name)
    except FlowkitError as error:
        output.error(str(error))
        return output.EXIT_USAGE

    try:
        root.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        kind = "a broken link" if root.is_symlink() else "a file"
        output.error(f"{str(root)!r} is {kind}, not a folder.")
        return output.EXIT_USAGE
    except OSError as error:
        output.error(f"Cannot create the folder {str(root)!r}: {error.strerror}.")
        return output.EXIT_FAILURE

    files = write(contents(names), root)
    failed = [file for file in files if file.outcome == "failed"]
    reasons = {file.reason for file in failed}
    if len(failed) == len(files) and len(reasons) == 1:
        output.error(f"Cannot write to {str(root.resolve())!r}: {reasons.pop()}.")
        return output.EXIT_FAILURE
    _print(files)
    for file in failed:
        output.error(f"Cannot write {file.path}: {file.reason}.")
    if failed:
        return output.EXIT_FAILURE
    _print_next(root)
    return output.EXIT_OK


def _print(files: list[WrittenFile]) -> None:
    out = output.console()
    width = max(len(file.path) for file in files)
    for file in files:
        outcome = "kept (already exists)" if file.outcome == "kept" else file.outcome
        out.print(Text(f"{file.path:<{width}}  ").append(outcome, style=_STYLES[file.outcome]))
    for file in files:
        if missing := missing_text(file):
            out.print(f"\nAdd to your {file.path}:\n\n{textwrap.indent(missing, '    ')}")


def _print_next(root: Path) -> None:
    where = "" if root.resolve() == Path.cwd() else f", in {output.display_path(root)}"
    lines = [
        'pip install -e ".[dev]"',
        "flowkit stubs",
        "flowkit check",
        "flowkit dev",
    ]
    out = output.console()
    out.print(f"\nNext{where}:\n")
    for line in lines:
        out.print(f"    {line}", style="bold")
    out.print("\nflowkit recipe REPO writes the files for a deployment on Kubernetes.")
