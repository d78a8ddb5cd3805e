"""
Problems: everything that flowkit finds wrong, with a stable code, what is wrong and why, what to do, and where.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import attrs

from flowkit.base.call_site import SourceLocation


@final
@attrs.frozen
class Problem:
    """
    One thing that is wrong in a pipeline.
    """

    code: str
    """A stable code, such as `FK103`. The documentation has a section for each."""

    message: str
    """What is wrong, and why it cannot work. Never holds the value of an argument."""

    hint: str
    """What to do about it."""

    location: SourceLocation | None = None
    """The line of the call that caused it."""

    dag_id: str | None = None
    """The pipeline that it belongs to, where that is known."""

    def __str__(self) -> str:
        where = f"{self.location}: " if self.location else ""
        return f"{where}{self.code} {self.message} {self.hint}".rstrip()


def report(problems: Sequence[Problem]) -> str:
    """
    Return *problems* as text, grouped by pipeline, one line each, with the cure on a line of its own.
    """
    by_dag: dict[str | None, list[Problem]] = {}
    for problem in problems:
        by_dag.setdefault(problem.dag_id, []).append(problem)

    lines: list[str] = []
    for dag_id, its_problems in by_dag.items():
        count = f"{len(its_problems)} problem{'s' if len(its_problems) > 1 else ''}"
        lines.append(f"Pipeline {dag_id!r} has {count}:" if dag_id else f"{count[:1].upper()}{count[1:]}:")
        for problem in its_problems:
            where = f"{problem.location}: " if problem.location else ""
            lines.append(f"  {where}{problem.code} {problem.message}")
            if problem.hint:
                lines.append(f"      {problem.hint}")

    return "\n".join(lines)
