"""
The one renderer of problems: for terminals, GitHub, JSON, Airflow's import errors, exceptions and tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem


def format_short(problem: Problem) -> str:
    """
    Return the message and the hint, for tools that show the location and the code themselves.
    """
    return f"{problem.message} {problem.hint}".rstrip()


def format_problem(problem: Problem, *, style_code: Callable[[str], str] = str) -> str:
    """
    Return *problem* for people: one line as compilers write it, and indented lines below with what else is known.

    Args:
        problem: The problem.

        style_code: Returns the code as a terminal shall show it, in colour for instance.
    """
    where = f"{_printable(str(problem.location))}: " if problem.location else ""
    kind = "warning: " if problem.is_warning else ""
    head = f"{where}{kind}{style_code(problem.code)} {_printable(problem.message)}"
    return "\n".join([head, *(f"    {_printable(line)}" for line in _details(problem))])


def format_report(problems: Iterable[Problem]) -> str:
    """
    Return *problems* grouped by pipeline: one line each, with the hint on a line of its own.
    """
    by_dag: dict[str | None, list[Problem]] = {}
    for problem in problems:
        by_dag.setdefault(problem.dag_id, []).append(problem)

    lines: list[str] = []
    for dag_id, group in by_dag.items():
        count = f"{len(group)} problem{'s' if len(group) > 1 else ''}"
        lines.append(f"Pipeline {dag_id!r} has {count}:" if dag_id else f"{count}:")
        for problem in group:
            where = f"{problem.location}: " if problem.location else ""
            lines.append(f"  {where}{problem.code} {problem.message}")
            if problem.hint:
                lines.append(f"      {problem.hint}")

    return "\n".join(lines)


def format_github(problem: Problem) -> str:
    """
    Return *problem* as a workflow command of GitHub, which shows it at its line.
    """
    file, line = (problem.location.short_file, problem.location.line) if problem.location else ("", 0)
    text = _escape_github("\n".join([problem.message, *_details(problem)]))
    # Colons and commas separate the properties.
    file = _escape_github(file).replace(":", "%3A").replace(",", "%2C")
    return f"::{problem.severity} file={file},line={line},title={problem.code}::{text}"


def to_json(problem: Problem) -> dict[str, Any]:
    """
    Return *problem* as `flowkit check --format json` prints it.
    """
    location = problem.location
    return {
        "code": problem.code,
        "severity": problem.severity,
        "file": location.short_file if location else "",
        "line": location.line if location else 0,
        "message": problem.message,
        "hint": problem.hint,
        "dag_id": problem.dag_id,
        "traceback": problem.traceback or None,
    }


def to_record(problem: Problem) -> dict[str, Any]:
    """
    Return all fields of *problem* as values of JSON, to send it to another process.
    """
    described: Any = problem
    return attrs.asdict(described)


def from_record(record: Mapping[str, Any]) -> Problem:
    """
    Return the problem that `to_record` made *record* of.
    """
    location = record["location"]
    return Problem(**{**record, "location": SourceLocation(**location) if location else None})


def _details(problem: Problem) -> list[str]:
    # The pipeline is named only if the message does not name it.
    is_named = problem.dag_id is None or repr(problem.dag_id) in problem.message
    pipeline = [] if is_named else [f"In pipeline {problem.dag_id!r}."]
    return [*problem.traceback.splitlines(), *([problem.hint] if problem.hint else []), *pipeline]


def _printable(text: str) -> str:
    # A file name may contain a newline, and the text of an exception may contain escape sequences of terminals.
    return "".join(
        char if char.isprintable() or char == "\t" else char.encode("unicode_escape").decode()
        for char in text
    )


def _escape_github(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
