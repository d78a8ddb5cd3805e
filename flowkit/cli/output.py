"""
Helpers of all commands: printing, exit codes, the default path.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO, final

# `flowkit --help` imports this module. So what uses attrs, rich or `inspect` is imported by the functions that need it.
from flowkit.base.paths import is_folder

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from flowkit.base.airflow_config import AirflowConfig
    from flowkit.model.collection import BrokenPipeline
    from flowkit.project.loading import LoadedFile

EXIT_OK: Final = 0
EXIT_FAILURE: Final = 1
EXIT_USAGE: Final = 2
EXIT_INTERRUPTED: Final = 130
EXIT_BROKEN_PIPE: Final = 141

_MIN_LOAD_TIMEOUT_S: Final = 10.0
_MAX_LOAD_TIMEOUT_S: Final = 300.0

RED: Final = "1;31"
YELLOW: Final = "1;33"

# A pipe has no width; tables must not be wrapped to 80 columns.
_PIPE_WIDTH = 500


def console(*, stderr: bool = False) -> Console:
    """
    Return a console that prints text verbatim, with colors only on a terminal.
    """
    from rich.console import Console as RichConsole

    @final
    class Console(RichConsole):
        def on_broken_pipe(self) -> None:
            # `main` handles it, also for output that does not go through rich.
            raise  # noqa: PLE0704 - rich calls this in an except block

    result = Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)
    if not result.is_terminal and "COLUMNS" not in os.environ:
        result.width = _PIPE_WIDTH
    return result


def supports_color(stream: TextIO) -> bool:
    """
    Return whether to print colors to *stream*: it is a terminal, subject to `NO_COLOR` and `FORCE_COLOR`.
    """
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def styled(text: str, style: str, stream: TextIO) -> str:
    """
    Return *text* in an ANSI style such as `1;31` if *stream* supports colors.
    """
    return f"\x1b[{style}m{text}\x1b[0m" if supports_color(stream) else text


def error(message: str) -> None:
    """
    Print *message* as an error.
    """
    # Keeps the order where standard output and standard error are the same file.
    sys.stdout.flush()
    print(styled("Error:", RED, sys.stderr), message, file=sys.stderr)


def table(*headers: str) -> Table:
    """
    Return an empty table with the given column headers.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    result = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for header in headers:
        result.add_column(header, overflow="fold")
    return result


def default_path(given: str | None) -> Path:
    """
    Return where to look for pipelines: *given*, else `dags`, else the current directory.
    """
    if given is not None:
        return Path(given)
    return Path("dags") if is_folder(Path("dags")) else Path()


def load_timeout(given: float | None, configured: AirflowConfig | None = None) -> float:
    """
    Return how long a file may take to load, in seconds: *given*, else as long as Airflow waits for it.

    Imports may take longer here than in Airflow, which keeps them in memory, so a very short limit of Airflow is not
    adopted, nor is none at all: a file that never ends would stop the command.
    """
    from flowkit.base.airflow_config import AirflowConfig

    if given is not None:
        return given
    limit = (configured or AirflowConfig.read()).import_timeout
    return max(limit, _MIN_LOAD_TIMEOUT_S) if limit > 0 else _MAX_LOAD_TIMEOUT_S


def prepare_to_load(path: Path) -> None:
    """
    Point an Airflow that the user's files import to the project's `.flowkit` folder instead of the user's home.

    If that folder cannot be created, files are loaded all the same; few of them use Airflow's configuration.
    """
    from flowkit.base.errors import RunError
    from flowkit.embedded.home import Home, environment
    from flowkit.embedded.private_files import write_privately
    from flowkit.project.discovery import folder_of

    write_privately()
    with suppress(RunError):
        home = Home.of(path)
        changed = environment(os.environ, home.folder, state=home.folder, dags_folder=folder_of(path))
        os.environ.clear()
        os.environ.update(changed)


def broken_text(broken: BrokenPipeline) -> str:
    """
    Return the problems of a pipeline as text.
    """
    from flowkit.base.problem_format import format_report

    return format_report(broken.attributed_problems)


def failure_text(file: LoadedFile) -> str:
    """
    Return why a file could not be loaded, as text.
    """
    return f"{display_path(Path(file.file))} cannot be loaded:\n{_indented(file.failure or '')}"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def display_path(path: Path) -> str:
    """
    Return *path* relative to the current directory if it is inside.
    """
    if path == Path():
        return "the current directory"
    with suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)
