"""
What all commands share: where they print, what they return, where pipelines are.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO, final

from flowkit.base.errors import RunError
from flowkit.base.problem_format import format_report
from flowkit.embedded.home import Home, environment

if TYPE_CHECKING:
    # Imported late: there are commands that have no use for them.
    from rich.console import Console
    from rich.table import Table

    from flowkit.model.collection import BrokenPipeline
    from flowkit.project.loading import LoadedFile

EXIT_OK: Final = 0
EXIT_FAILURE: Final = 1
EXIT_USAGE: Final = 2
EXIT_INTERRUPTED: Final = 130
EXIT_BROKEN_PIPE: Final = 141

RED: Final = "1;31"
YELLOW: Final = "1;33"

# A pipe has no width: tables must not be cut to that of an old terminal.
_WIDE = 500


def console(*, stderr: bool = False) -> Console:
    """
    Return a console that prints text as it is, in colours only on a terminal.
    """
    from rich.console import Console as RichConsole

    @final
    class Console(RichConsole):
        def on_broken_pipe(self) -> None:
            # `main` sees to it, for what is printed without rich as well.
            raise  # noqa: PLE0704 - rich calls this while it handles the error

    found = Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)
    if not found.is_terminal and "COLUMNS" not in os.environ:
        found.width = _WIDE
    return found


def in_colours(stream: TextIO) -> bool:
    """
    Return whether *stream* gets colours: a terminal does, unless `NO_COLOR` or `FORCE_COLOR` say otherwise.
    """
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def styled(text: str, style: str, stream: TextIO) -> str:
    """
    Return *text* in a style, the number of an escape sequence such as `1;31`, where *stream* gets colours.
    """
    return f"\x1b[{style}m{text}\x1b[0m" if in_colours(stream) else text


def error(message: str) -> None:
    """
    Print *message* as an error.
    """
    # After what was printed before it, also where both go to the same place.
    sys.stdout.flush()
    print(styled("Error:", RED, sys.stderr), message, file=sys.stderr)


def table(*headers: str) -> Table:
    """
    Return an empty table with these columns.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

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
    from flowkit.project.discovery import folder_of

    with suppress(RunError):
        home = Home.of(path)
        changed = environment(os.environ, home.folder, state=home.folder, dags_folder=folder_of(path))
        os.environ.clear()
        os.environ.update(changed)


def broken_text(broken: BrokenPipeline) -> str:
    """
    Return what is wrong with a pipeline, as a text for people.
    """
    return format_report(broken.attributed_problems)


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
