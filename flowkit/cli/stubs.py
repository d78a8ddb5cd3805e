"""
`flowkit stubs`: write stubs of the operator modules that a project uses.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from flowkit.base.paths import exists
from flowkit.cli import output
from flowkit.project.root import project_root
from flowkit.stubs.distributions import all_operator_modules
from flowkit.stubs.operator_imports import operator_imports, project_files
from flowkit.stubs.stub_folder import FOLDER, StubFile, stub_files, write_stubs

_STYLES = {
    "written": "green",
    "updated": "green",
    "removed": "yellow",
    "kept": "yellow",
    "failed": "bold red",
}
_WOULD = {"written": "missing", "updated": "out of date", "removed": "unused"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Describe this command to the command line.
    """
    parser.description = (
        "Write stubs of the operator modules that the project imports, so that editors complete all arguments of "
        "operator(…), and type checkers check them: with those of base classes, without the options of task(…). "
        "Other files in the folder are kept. Exit code: 0 success, 1 a stub could not be written, or --check found "
        "differences, 2 no such path, or a usage error."
    )
    parser.epilog = "Examples: flowkit stubs; flowkit stubs --all; flowkit stubs --check"
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help=(
            "files or folders whose imports count (default: the whole project; then stubs that are no longer used "
            "are removed)"
        ),
    )
    parser.add_argument(
        "--all", action="store_true", help="write stubs for the operators of all installed providers"
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help=f"folder of the stubs (default: {FOLDER}, in the root folder of the project)",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if the stubs are not up to date"
    )
    parser.set_defaults(command=write)


def write(args: argparse.Namespace) -> int:
    """
    Write the stubs, then print what changed.
    """
    started = time.monotonic()
    paths = [Path(path) for path in args.paths]
    for path in paths:
        if not path.name or not exists(path):
            output.error(f"No such file or folder: {str(path)!r}.")
            return output.EXIT_USAGE
    root = project_root(paths[0] if paths else Path.cwd())
    folder = args.output if args.output is not None else root / FOLDER
    if exists(folder) and not folder.is_dir():
        output.error(f"{str(folder)!r} is not a folder.")
        return output.EXIT_USAGE
    found = operator_imports(project_files(paths or [root]))
    modules = {*found.modules, *(all_operator_modules() if args.all else ())}
    files = write_stubs(folder, stub_files(modules, found.by_hand), complete=not paths, dry=args.check)
    _print(files, folder, time.monotonic() - started, check=args.check)
    changed = any(file.outcome in _WOULD for file in files)
    failed = any(file.outcome == "failed" for file in files)
    return output.EXIT_FAILURE if failed or (args.check and changed) else output.EXIT_OK


def _print(files: list[StubFile], folder: Path, seconds: float, *, check: bool) -> None:
    from rich.text import Text

    out = output.console()
    width = max((len(output.display_path(file.path)) for file in files), default=0)
    for file in files:
        if file.outcome == "failed":
            output.error(f"Cannot write {output.display_path(file.path)}: {file.reason}.")
        elif file.outcome != "unchanged":
            what = _WOULD.get(file.outcome, file.outcome) if check else file.outcome
            line = Text(f"{output.display_path(file.path):<{width}}  ")
            note = " (not written by flowkit)" if file.outcome == "kept" else ""
            out.print(line.append(f"{what}{note}", style=_STYLES[file.outcome]))
    current = sum(file.outcome in {"written", "updated", "unchanged"} for file in files)
    if not current:
        out.print("No stubs: no file imports an operator.")
        return
    stubs = "1 stub" if current == 1 else f"{current} stubs"
    changed = sum(file.outcome in _WOULD for file in files)
    state = f"{changed} out of date" if check else f"{changed} changed"
    out.print(f"{stubs} in {output.display_path(folder)}, {state}, {seconds:.1f} s.")
