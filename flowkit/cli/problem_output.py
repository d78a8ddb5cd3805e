"""
How commands print what is wrong with pipelines.
"""

from __future__ import annotations

from pathlib import Path

from flowkit.base.findings import Finding
from flowkit.cli import output


def where(finding: Finding) -> tuple[str, int]:
    """
    Return the file and the line of *finding*, as a person would type them here.
    """
    location = finding.problem.location
    return (output.shown(Path(location.file)), location.line) if location else ("", 0)


def below(finding: Finding) -> list[str]:
    """
    Return the lines that stand below its message: what the user's code said, the cure, the pipeline.
    """
    problem = finding.problem
    known = problem.dag_id is None or repr(problem.dag_id) in problem.message
    whose = [] if known else [f"In pipeline {problem.dag_id!r}."]
    return [*finding.told.splitlines(), *([problem.hint] if problem.hint else []), *whose]


def finding_text(finding: Finding) -> str:
    """
    Return *finding* for people: a line with its place, as compilers write it, and indented lines below.
    """
    file, line = where(finding)
    kind = "warning: " if finding.warning else ""
    head = f"{file}:{line}: {kind}{finding.problem.code} {finding.problem.message}"
    return "\n".join([_plain(head), *(f"    {_plain(text)}" for text in below(finding))])


def _plain(text: str) -> str:
    # The name of a file may hold the end of a line, and what the user's code said whatever moves a terminal's cursor.
    return "".join(
        char if char.isprintable() or char == "\t" else char.encode("unicode_escape").decode()
        for char in text
    )
