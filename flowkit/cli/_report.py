"""
What all commands share: where they print, what they return, where pipelines are.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flowkit.airflow.local_home import Home, environment
from flowkit.errors import Problem, RunError, report
from flowkit.load import LoadedFile, folder_of
from flowkit.spec.collect import Broken

DONE: Final = 0
FAILED: Final = 1
MISUSED: Final = 2
STOPPED: Final = 130

# A pipe has no width: tables must not be cut to that of an old terminal.
_WIDE = 500


def console(*, stderr: bool = False) -> Console:
    """
    Return a console that prints text as it is, in colours only on a terminal.
    """
    found = Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)
    if not found.is_terminal and "COLUMNS" not in os.environ:
        found.width = _WIDE
    return found


def error(message: str) -> None:
    """
    Print *message* as an error.
    """
    text = Text("Error: ", style="bold red")
    console(stderr=True).print(text.append(message, style="not bold default"))


def table(*headers: str) -> Table:
    """
    Return an empty table with these columns.
    """
    result = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for header in headers:
        result.add_column(header, overflow="fold")
    return result


def default_path(given: str | None) -> Path:
    """
    Return where to look for pipelines: what was given, else `dags`, else the working folder.
    """
    if given is not None:
        return Path(given)
    return Path("dags") if Path("dags").is_dir() else Path()


def prepare_to_load(path: Path) -> None:
    """
    Lead an Airflow that the user's files import to the folder of the project, away from the user's home.

    Where no such folder can be made, the files are loaded all the same; most never ask Airflow for anything.
    """
    with suppress(RunError):
        home = Home.of(path)
        changed = environment(os.environ, home.folder, state=home.folder, dags_folder=folder_of(path))
        os.environ.clear()
        os.environ.update(changed)


def broken_text(broken: Broken) -> str:
    """
    Return what is wrong with a pipeline, as a text for people.
    """
    named = [
        problem
        if problem.dag_id
        else Problem(problem.code, problem.message, problem.cure, problem.place, broken.dag_id)
        for problem in broken.problems
    ]
    return report(named)


def failure_text(file: LoadedFile) -> str:
    """
    Return why a file could not be loaded, as a text for people.
    """
    return f"{shown(Path(file.file))} cannot be loaded:\n{_indented(file.failure or '')}"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def shown(path: Path) -> str:
    """
    Return *path* as a person would type it here.
    """
    if path == Path():
        return "the working folder"
    with suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)
