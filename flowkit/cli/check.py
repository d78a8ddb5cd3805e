"""
`flowkit check`: check pipelines for errors.
"""

from __future__ import annotations

import argparse
import atexit
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, final

from flowkit.base import keeper
from flowkit.base.airflow_config import AirflowConfig
from flowkit.base.errors import LoadError
from flowkit.base.paths import is_folder
from flowkit.base.problem_format import format_github, format_problem, to_json
from flowkit.base.problems import Problem
from flowkit.cli import output
from flowkit.cli.parser import add_timeout_option, positive_integer
from flowkit.embedded.home import environment
from flowkit.embedded.parse_timing import measure
from flowkit.project.checking import check_files
from flowkit.project.discovery import folder_of
from flowkit.project.findings import Findings
from flowkit.project.parse_limits import Timing

if TYPE_CHECKING:
    from rich.table import Table

_PROGRESS_DELAY_S = 1.0
# Each process imports everything that the files import: more processes need more memory for ever smaller gains.
_MAX_JOBS = 4
# The minimum timeout for timing a file, even if Airflow is configured with a shorter one.
_MIN_TIMING_TIMEOUT_S = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Describe this command to the command line.
    """
    parser.description = (
        "Load all pipelines and check them for errors: one line for each problem, with file, line and a hint. Needs "
        "no database and writes no files. Exit code: 0 no problems (warnings are possible), 1 problems, 2 no such "
        "path, or a usage error."
    )
    parser.epilog = "Examples: flowkit check; flowkit check dags --format github; flowkit check --timing"
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files or folders (default: dags, or the current directory)"
    )
    parser.add_argument(
        "--format",
        choices=("text", "github", "json"),
        default="text",
        help="text (the default), github for annotations in a workflow, or json",
    )
    parser.add_argument(
        "--dags",
        metavar="FOLDER",
        type=Path,
        help=(
            "DAG folder, which Airflow adds to sys.path (default: [core] dags_folder, else the nearest folder called "
            "dags, else the folder of each PATH)"
        ),
    )
    add_timeout_option(parser)
    parser.add_argument(
        "--timing",
        action="store_true",
        help="load each file with the installed Airflow: report what it rejects, and print how long it takes",
    )
    _add_jobs_option(parser)
    parser.add_argument("--quiet", action="store_true", help="no output; use the exit code")
    parser.set_defaults(command=check_pipelines)


def _add_jobs_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--jobs",
        type=positive_integer,
        default=min(_available_cores(), _MAX_JOBS),
        metavar="N",
        help=f"maximum number of worker processes (default: one per core, up to {_MAX_JOBS})",
    )


def _available_cores() -> int:
    # On Linux, only the cores that this process may use.
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def check_pipelines(args: argparse.Namespace) -> int:
    """
    Print every problem, then a summary.
    """
    started = time.monotonic()
    # At exit Python would search all objects of all files for reference cycles, in vain.
    atexit.register(gc.freeze)
    paths = [Path(path) for path in args.paths] or [output.default_path(None)]
    if "" in args.paths:
        output.error("A PATH is empty: is a shell variable unset?")
        return output.EXIT_USAGE
    if args.dags is not None and not is_folder(args.dags):
        output.error(f"--dags: no such folder: {str(args.dags)!r}.")
        return output.EXIT_USAGE
    # Read before the environment is changed below.
    configured = AirflowConfig.read()
    progress = _Progress()
    stopwatch = _Stopwatch(configured, progress.set_message) if args.timing else None
    try:
        with _temporary_airflow_home(folder_of(paths[0], args.dags)), progress:
            findings = check_files(
                paths,
                progress.set_file,
                dags=args.dags,
                configured=configured,
                measure=stopwatch,
                jobs=args.jobs,
                limit_s=output.load_timeout(args.timeout, configured),
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
                f"Not checked: {output.display_path(Path(file))} (Airflow reads zip files, flowkit does not)"
            )


@contextmanager
def _temporary_airflow_home(folder: Path) -> Iterator[None]:
    """
    Point an Airflow that the user's files import to a temporary home, and write no bytecode.
    """
    before, bytecode = dict(os.environ), sys.dont_write_bytecode
    with tempfile.TemporaryDirectory(prefix="flowkit-check-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        keeper.temporary_folders.add(home)
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
        shown = ((output.display_path(Path(timing.file)), timing) for timing in timings)
        found["timings"] = [
            {
                "file": file,
                "pipelines": timing.pipelines,
                "tasks": timing.tasks,
                "load": round(timing.load, 3),
                "serialize": round(timing.serialize, 3),
                "stored": _stored_bytes(timing),
                "ended": timing.ended,
            }
            for file, timing in shown
        ]
    found |= {"not_checked": [output.display_path(Path(file)) for file in findings.not_read]}
    found |= {"files": findings.files, "pipelines": findings.pipelines, "seconds": round(seconds, 3)}
    return json.dumps(found, indent=2, ensure_ascii=False)


def _table(timings: list[Timing]) -> Table:
    table = output.table("File", "Pipelines", "Tasks", "Load and build", "Serialize", "Source stored")
    for column in table.columns[1:]:
        column.justify = "right"
    for timing in sorted(timings, key=lambda timing: timing.load + timing.serialize, reverse=True):
        table.add_row(
            output.display_path(Path(timing.file)),
            str(timing.pipelines),
            str(timing.tasks),
            f"{timing.load:.2f} s",
            f"{timing.serialize:.2f} s" if timing.ended else "stopped",
            f"{_stored_bytes(timing) / 1000:.1f} kB",
        )
    return table


def _stored_bytes(timing: Timing) -> int:
    # Airflow stores the source of a file once per DAG.
    return Path(timing.file).stat().st_size * timing.pipelines


def _summary(findings: Findings, seconds: float) -> str:
    errors, warnings = len(findings.errors), len(findings.warnings)
    if not (findings.files or findings.problems):
        return "No pipelines: no Python file mentions flowkit, Airflow, and DAGs or assets."
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
    Measures with Airflow how long files take, and collects the timings.
    """

    def __init__(self, configured: AirflowConfig, set_message: Callable[[str], None]) -> None:
        # Beyond twice the limit, the exact time does not matter.
        self._timeout = 2 * max(
            configured.import_timeout, configured.processor_timeout, _MIN_TIMING_TIMEOUT_S
        )
        self._set_message = set_message
        self.timings: list[Timing] = []

    def __call__(self, files: Sequence[str], folder: Path) -> Mapping[str, Timing]:
        """
        Return the timings of the files of one DAG folder, by path.
        """
        self._set_message("Starting Airflow")
        found = measure(
            files,
            folder,
            longest=self._timeout,
            on_file=lambda file: self._set_message(f"Timed {output.display_path(Path(file))}"),
        )
        self.timings += found.values()
        return found


@final
class _Progress:
    """
    A line on the terminal with the file that is being loaded, shown after a short delay.

    It needs no thread, as a process with threads cannot fork. While a worker loads a file, it is set again and again.
    """

    def __init__(self) -> None:
        self._visible = False
        self._shown_from = 0.0

    def __enter__(self) -> None:
        self._shown_from = time.monotonic() + _PROGRESS_DELAY_S if sys.stderr.isatty() else float("inf")

    def __exit__(self, *_: object) -> None:
        if self._visible:
            self._write("")

    def set_file(self, file: Path, number: int, total: int) -> None:
        """
        Show that *file* is next.
        """
        if time.monotonic() >= self._shown_from:
            self._show(f"Checking {number} of {total}: {output.display_path(file)}")

    def set_message(self, line: str) -> None:
        """
        Show *line*.
        """
        if time.monotonic() >= self._shown_from:
            self._show(line)

    def _show(self, text: str) -> None:
        self._visible = True
        self._write(text)

    @staticmethod
    def _write(text: str) -> None:
        # While a file is loaded, `sys.stderr` may be replaced by the user's code; this one is the terminal.
        stream = sys.__stderr__ or sys.stderr
        # A wrapped line could not be erased.
        stream.write(f"\r\x1b[2K{text[: get_terminal_size().columns - 1]}")
        stream.flush()
