"""
`flowkit check`: what is wrong with the pipelines, as a compiler would say it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, final

from flowkit.airflow.local_home import environment
from flowkit.cli import _report
from flowkit.errors import LoadError
from flowkit.lint import Finding, Findings, lint
from flowkit.load import folder_of

if TYPE_CHECKING:
    from argparse import _SubParsersAction

# Whoever waits longer than this wants to know for what.
_PATIENCE = 1.0


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
            "warnings), 1 problems, 2 no such path."
        ),
        epilog="Example: flowkit check dags --format github",
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
    parser.set_defaults(command=check_pipelines)


def check_pipelines(args: argparse.Namespace) -> int:
    """
    Print every problem, then a summary.
    """
    started = time.monotonic()
    paths = [Path(path) for path in args.paths] or [_report.default_path(None)]
    progress = _Progress()
    try:
        with _leaving_no_trace(paths[0]), progress:
            findings = lint(paths, progress.show)
    except LoadError as error:
        _report.error(str(error))
        return _report.MISUSED

    seconds = time.monotonic() - started
    if args.format == "json":
        print(_json(findings, seconds))
    else:
        line = _github if args.format == "github" else _text
        for finding in findings.found:
            print(line(finding))
        print(_summary(findings, seconds))
    return _report.FAILED if findings.errors else _report.DONE


@contextmanager
def _leaving_no_trace(path: Path) -> Iterator[None]:
    """
    Lead an Airflow that the user's files import to a folder that is removed, and let Python keep no bytecode.
    """
    before, bytecode = dict(os.environ), sys.dont_write_bytecode
    with tempfile.TemporaryDirectory(prefix="flowkit-check-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        changed = environment(os.environ, home, state=home, dags_folder=folder_of(path))
        os.environ.clear()
        os.environ.update(changed)
        sys.dont_write_bytecode = True
        try:
            yield
        finally:
            sys.dont_write_bytecode = bytecode
            os.environ.clear()
            os.environ.update(before)


def _where(finding: Finding) -> tuple[str, int]:
    place = finding.problem.place
    return (_report.shown(Path(place.file)), place.line) if place else ("", 0)


def _below(finding: Finding) -> list[str]:
    problem = finding.problem
    known = problem.dag_id is None or repr(problem.dag_id) in problem.message
    whose = [] if known else [f"In pipeline {problem.dag_id!r}."]
    return [*finding.told.splitlines(), *([problem.cure] if problem.cure else []), *whose]


def _text(finding: Finding) -> str:
    file, line = _where(finding)
    kind = "warning: " if finding.warning else ""
    head = f"{file}:{line}: {kind}{finding.problem.code} {finding.problem.message}"
    return "\n".join([head, *(f"    {text}" for text in _below(finding))])


def _github(finding: Finding) -> str:
    file, line = _where(finding)
    kind = "warning" if finding.warning else "error"
    text = _escaped("\n".join([finding.problem.message, *_below(finding)]))
    # In properties, these two part one from the next.
    file = _escaped(file).replace(":", "%3A").replace(",", "%2C")
    return f"::{kind} file={file},line={line},title={finding.problem.code}::{text}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _json(findings: Findings, seconds: float) -> str:
    problems = []
    for finding in findings.found:
        file, line = _where(finding)
        problems.append(
            {
                "code": finding.problem.code,
                "severity": "warning" if finding.warning else "error",
                "file": file,
                "line": line,
                "message": finding.problem.message,
                "cure": finding.problem.cure,
                "dag_id": finding.problem.dag_id,
                "traceback": finding.told or None,
            }
        )
    summary = {"files": findings.files, "pipelines": findings.pipelines, "seconds": round(seconds, 3)}
    return json.dumps({"problems": problems, **summary}, indent=2, ensure_ascii=False)


def _summary(findings: Findings, seconds: float) -> str:
    errors, warnings = len(findings.errors), len(findings.warnings)
    found = _count(errors, "problem") if errors else "no problems"
    if warnings:
        found += f" and {_count(warnings, 'warning')}"
    where = f"{_count(findings.pipelines, 'pipeline')} in {_count(findings.files, 'file')}"
    return f"{found[:1].upper()}{found[1:]}: {where}, {seconds:.1f} s."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@final
class _Progress:
    """
    A line that says which file is being loaded, on a terminal, once that takes longer than people like to wait.
    """

    def __init__(self) -> None:
        self._line = ""
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
        with self._lock:
            self._line = f"Checking {number} of {total}: {_report.shown(file)}"
            if self._shown:
                self._write(self._line)

    def _begin(self) -> None:
        # The files may take another second until the next one: what is loaded now is shown at once.
        with self._lock:
            if not self._over:
                self._shown = True
                self._write(self._line)

    @staticmethod
    def _write(text: str) -> None:
        # While a file is loaded standard error may be the user's; this one is the terminal's.
        stream = sys.__stderr__ or sys.stderr
        # A line that wraps could not be wiped out.
        stream.write(f"\r\x1b[2K{text[: get_terminal_size().columns - 1]}")
        stream.flush()
