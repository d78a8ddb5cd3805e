"""
`flowkit check`: what is wrong with the pipelines, as a compiler would say it.
"""

from __future__ import annotations

import argparse
import atexit
import gc
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, final

from flowkit.base.airflow_config import AirflowConfig
from flowkit.base.errors import LoadError
from flowkit.base.problem_format import format_github, format_problem, to_json
from flowkit.base.problems import Problem
from flowkit.cli import output
from flowkit.cli.parser import whole_number
from flowkit.embedded.home import environment
from flowkit.embedded.parse_timing import measure
from flowkit.project.checking import lint
from flowkit.project.discovery import folder_of
from flowkit.project.findings import Findings
from flowkit.project.loading import LoadedFile
from flowkit.project.parse_limits import Timing

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from rich.table import Table

# Whoever waits longer than this wants to know for what.
_PATIENCE = 1.0
# Each process imports what the files import: more of them need more memory, and gain less and less.
_MOST_JOBS = 4
# A file gets this time for its timing, in seconds, also where Airflow is told to be quick.
_SHORTEST_STOP = 10.0


def add_to(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """
    Add this command to the command line.
    """
    parser = commands.add_parser(
        "check",
        help="say what is wrong with the pipelines",
        description=(
            "Load all pipelines and say what is wrong with them: one line for each problem, with its file and line, "
            "and what to do. Needs no database, and writes nothing. Exit code: 0 no problems (there may be "
            "warnings), 1 problems, 2 no such path, or used in a wrong way."
        ),
        epilog="Examples: flowkit check; flowkit check dags --format github; flowkit check --timing",
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files or folders (default: dags, or the working folder)"
    )
    parser.add_argument(
        "--format",
        choices=("text", "github", "json"),
        default="text",
        help="text for people (the default), github for annotations in a workflow, json for programs",
    )
    parser.add_argument(
        "--dags",
        metavar="FOLDER",
        type=Path,
        help=(
            "the DAG folder, which Airflow puts on Python's path (default: [core] dags_folder, or the nearest folder "
            "called dags, or the folder of each PATH)"
        ),
    )
    parser.add_argument(
        "--timing",
        action="store_true",
        help="ask the installed Airflow how long it needs for each file, and show a table",
    )
    parser.add_argument(
        "--jobs",
        type=whole_number,
        default=min(_cores(), _MOST_JOBS),
        metavar="N",
        help="the most processes that share many files (default: one for each core, up to 4)",
    )
    parser.add_argument("--quiet", action="store_true", help="print nothing; the exit code says it")
    parser.set_defaults(command=check_pipelines)


def _cores() -> int:
    # Those that this process may use; other systems than Linux tell how many there are.
    asked = getattr(os, "sched_getaffinity", None)
    return len(asked(0)) if asked else os.cpu_count() or 1


def check_pipelines(args: argparse.Namespace) -> int:
    """
    Print every problem, then a summary.
    """
    started = time.monotonic()
    # At its end Python would look for rings among all objects of all files, only to forget them.
    atexit.register(gc.freeze)
    paths = [Path(path) for path in args.paths] or [output.default_path(None)]
    if "" in args.paths:
        output.error("A PATH is empty: is a variable not set?")
        return output.EXIT_USAGE
    if args.dags is not None and not args.dags.is_dir():
        output.error(f"There is no folder {str(args.dags)!r}, which --dags names.")
        return output.EXIT_USAGE
    # Before the environment is that of this command.
    configured = AirflowConfig.read()
    progress = _Progress()
    stopwatch = _Stopwatch(configured, progress.tell) if args.timing else None
    try:
        with _leaving_no_trace(folder_of(paths[0], args.dags)), progress:
            findings = lint(
                paths,
                progress.show,
                dags=args.dags,
                configured=configured,
                measure=stopwatch,
                jobs=args.jobs,
            )
    except LoadError as error:
        output.error(str(error))
        return output.EXIT_USAGE

    if not args.quiet:
        _print(args.format, findings, stopwatch, time.monotonic() - started)
    return output.EXIT_FAILURE if findings.errors else output.EXIT_OK


def _print(form: str, findings: Findings, stopwatch: _Stopwatch | None, seconds: float) -> None:
    timings = stopwatch.timings if stopwatch else None
    if form == "json":
        print(_json(findings, timings, seconds))
    else:
        formatted = format_github if form == "github" else _coloured
        for problem in findings.problems:
            print(formatted(problem))
        if timings:
            output.console().print(_table(timings))
        print(_summary(findings, seconds))
        for file in findings.not_read:
            print(
                f"Not checked: {output.shown(Path(file))} (Airflow looks into zip files, and flowkit does not)"
            )


@contextmanager
def _leaving_no_trace(folder: Path) -> Iterator[None]:
    """
    Lead an Airflow that the user's files import to a folder that is removed, and let Python keep no bytecode.
    """
    before, bytecode = dict(os.environ), sys.dont_write_bytecode
    with tempfile.TemporaryDirectory(prefix="flowkit-check-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        changed = environment(os.environ, home, state=home, dags_folder=folder)
        os.environ.clear()
        os.environ.update(changed)
        sys.dont_write_bytecode = True
        try:
            yield
        finally:
            sys.dont_write_bytecode = bytecode
            os.environ.clear()
            os.environ.update(before)


def _coloured(problem: Problem) -> str:
    style = output.YELLOW if problem.is_warning else output.RED
    return format_problem(problem, style_code=lambda code: output.styled(code, style, sys.stdout))


def _json(findings: Findings, timings: list[Timing] | None, seconds: float) -> str:
    found: dict[str, object] = {"problems": [to_json(problem) for problem in findings.problems]}
    if timings is not None:
        shown = ((output.shown(Path(timing.file)), timing) for timing in timings)
        found["timings"] = [
            {
                "file": file,
                "pipelines": timing.pipelines,
                "tasks": timing.tasks,
                "load": round(timing.load, 3),
                "serialize": round(timing.serialize, 3),
                "stored": _stored(timing),
                "ended": timing.ended,
            }
            for file, timing in shown
        ]
    found |= {"not_checked": [output.shown(Path(file)) for file in findings.not_read]}
    found |= {"files": findings.files, "pipelines": findings.pipelines, "seconds": round(seconds, 3)}
    return json.dumps(found, indent=2, ensure_ascii=False)


def _table(timings: list[Timing]) -> Table:
    table = output.table("File", "Pipelines", "Tasks", "Load and build", "Serialize", "Source stored")
    for column in table.columns[1:]:
        column.justify = "right"
    for timing in sorted(timings, key=lambda timing: timing.load + timing.serialize, reverse=True):
        table.add_row(
            output.shown(Path(timing.file)),
            str(timing.pipelines),
            str(timing.tasks),
            f"{timing.load:.2f} s",
            f"{timing.serialize:.2f} s" if timing.ended else "stopped",
            f"{_stored(timing) / 1000:.1f} kB",
        )
    return table


def _stored(timing: Timing) -> int:
    # Airflow keeps the source of a file with each DAG.
    return Path(timing.file).stat().st_size * timing.pipelines


def _summary(findings: Findings, seconds: float) -> str:
    errors, warnings = len(findings.errors), len(findings.warnings)
    if not (findings.files or findings.problems):
        return "No pipelines: no Python file there speaks of flowkit, and of Airflow and its DAGs or assets."
    found = _count(errors, "problem") if errors else "no problems"
    if warnings:
        found += f" and {_count(warnings, 'warning')}"
    where = f"{_count(findings.pipelines, 'pipeline')} in {_count(findings.files, 'file')}"
    return f"{found[:1].upper()}{found[1:]}: {where}, {seconds:.1f} s."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@final
class _Stopwatch:
    """
    Asks Airflow how long it needs for files, and keeps the answers.
    """

    def __init__(self, configured: AirflowConfig, tell: Callable[[str], None]) -> None:
        # Longer than that is too long, however much.
        self._longest = 2 * max(configured.import_timeout, configured.processor_timeout, _SHORTEST_STOP)
        self._tell = tell
        self.timings: list[Timing] = []

    def __call__(self, loaded: Sequence[LoadedFile], folder: Path) -> Mapping[str, Timing]:
        """
        Return the times of the files of one DAG folder, by their paths.
        """
        files = [file.file for file in loaded if file.items]
        self._tell("Starting Airflow")
        found = measure(
            files,
            folder,
            longest=self._longest,
            on_file=lambda file: self._tell(f"Timed {output.shown(Path(file))}"),
        )
        self.timings += found.values()
        return found


@final
class _Progress:
    """
    A line that says which file is being loaded, on a terminal, once that takes longer than people like to wait.
    """

    def __init__(self) -> None:
        self._line: Callable[[], str] = str
        self._shown = False
        self._over = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(_PATIENCE, self._begin)
        self._timer.daemon = True

    def __enter__(self) -> None:
        if sys.stderr.isatty():
            self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            self._over = True
            if self._shown:
                self._write("")

    def show(self, file: Path, number: int, total: int) -> None:
        """
        Note that *file* is next.
        """
        self._tell(lambda: f"Checking {number} of {total}: {output.shown(file)}")

    def tell(self, line: str) -> None:
        """
        Note what happens now.
        """
        self._tell(lambda: line)

    def _tell(self, line: Callable[[], str]) -> None:
        with self._lock:
            self._line = line
            if self._shown:
                self._write(line())

    def _begin(self) -> None:
        # The files may take another second until the next one: what is loaded now is shown at once.
        with self._lock:
            if not self._over:
                self._shown = True
                self._write(self._line())

    @staticmethod
    def _write(text: str) -> None:
        # While a file is loaded standard error may be the user's; this one is the terminal's.
        stream = sys.__stderr__ or sys.stderr
        # A line that wraps could not be wiped out.
        stream.write(f"\r\x1b[2K{text[: get_terminal_size().columns - 1]}")
        stream.flush()
