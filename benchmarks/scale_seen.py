"""
What was seen of thousands of pipelines, as tables and as a file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import attrs

from benchmarks import scale_paper, watching
from benchmarks.watching import MIB


@attrs.define
class FileState:
    """
    What was seen of one case. Times are in seconds, memory and sizes in bytes.
    """

    title: str
    pipelines: int
    files: int
    load: float = 0
    """How many processes wanted a processor of the machine, on average over a minute, when it began."""

    first: float = 0
    """From the start of the DAG processor to its first DAG in the database."""

    all: float = 0
    """From the start of the DAG processor until the last DAG is in the database."""

    api: float = 0
    """From then until the API lists all, and shows the last one."""

    rounds: list[float] = attrs.field(factory=list)
    """The time of later parses, without any change: each of as many DAGs as there are, or a few more."""

    parsed: list[int] = attrs.field(factory=list)
    """How many that were, each."""

    tasks: int = 0
    """In all stored DAGs."""

    memory: int = 0
    """The most that all DAG processors had together (PSS)."""

    largest: int = 0
    """The largest single process (RSS)."""

    empty: int = 0
    """The database before."""

    stored: int = 0
    """The database when the last DAG was in it."""

    grown: int = 0
    """The database in the end."""

    manager: list[float] = attrs.field(factory=list)
    """Processor time of the DAG processors themselves, which store: of the first round, and of all later ones."""

    parsers: list[float] = attrs.field(factory=list)
    """The same of the processes that they start to parse."""

    server: list[float] = attrs.field(factory=list)
    """The same of PostgreSQL."""

    @property
    def round(self) -> float:
        """
        The shortest time for a round without any change.
        """
        times = zip(self.rounds, self.parsed, strict=True)
        return min(seconds * self.pipelines / parsed for seconds, parsed in times)

    @property
    def costs(self) -> dict[str, tuple[float, float]]:
        """
        Processor time for each DAG, in milliseconds, when it is new and in a later round.
        """
        found = {}
        for name, (first, later) in (
            ("manager", self.manager),
            ("parsers", self.parsers),
            ("server", self.server),
        ):
            found[name] = (first / self.pipelines * 1e3, later / sum(self.parsed) * 1e3)
        return found


def table(found: Sequence[FileState]) -> str:
    """
    Return the figures as Markdown.
    """
    rows = [
        "| | DAGs | Files | First DAG | All DAGs | Last one in the API | A round without change | Memory, all |"
        " Largest process | Database |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    rows += [
        f"| {one.title} | {one.pipelines:,} | {one.files:,} | {one.first:.1f} s | **{one.all:.1f} s** |"
        f" {one.all + one.api:.1f} s | {one.round:.1f} s |"
        f" {one.memory / MIB:,.0f} MiB | {one.largest / MIB:,.0f} MiB |"
        f" {(one.stored - one.empty) / MIB:,.0f} MiB |"
        for one in found
    ]
    rows += [
        "",
        "Processor time, in milliseconds for each DAG, of the first round and of a later one:",
        "",
        "| | DAG processor | Its parsing processes | PostgreSQL | Sum |",
        "|---|---:|---:|---:|---:|",
    ]
    for one in found:
        costs = list(one.costs.values())
        costs.append((sum(first for first, _ in costs), sum(later for _, later in costs)))
        cells = [f"{first:.1f} / {later:.1f}" for first, later in costs]
        rows.append(f"| {one.title} | {' | '.join(cells)} |")
    return "\n".join(rows)


def page(conditions: str, minutes: float, found: Sequence[FileState]) -> str:
    """
    Return the part of the documentation with all figures.
    """
    loads = sorted(one.load for one in found)
    return (
        f"{found[0].pipelines:,} pipelines, {found[0].tasks:,} tasks. {conditions} When a case began, the load of the"
        f" machine was {loads[0]:.1f} to {loads[-1]:.1f}. The measurement took {minutes:.0f} minutes.\n\n"
        f"{table(found)}"
    )


def paper(one: FileState) -> str:
    """
    Return what a larger installation needs, as Markdown.
    """
    (_, manager), (_, parsers), (_, server) = one.costs.values()
    cost = scale_paper.Cost(manager, parsers, server, (one.stored - one.empty) / one.pipelines)
    return scale_paper.page(cost, one.title)


def write_docs(docs: Path, conditions: str, minutes: float, found: Sequence[FileState]) -> None:
    """
    Write the tables into a page; what is reckoned stands on the first case.
    """
    watching.write_page(docs, "benchmarks/scale.py", page(conditions, minutes, found))
    watching.write_page(docs, "benchmarks/scale_paper.py", paper(found[0]))


def keep(file: Path, command: str, conditions: str, minutes: float, found: Sequence[FileState]) -> None:
    """
    Write all figures to a file.
    """
    kept = {
        "command": command,
        "conditions": conditions,
        "minutes": round(minutes, 1),
        "cases": [attrs.asdict(one) for one in found],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def kept(file: Path) -> tuple[str, float, list[FileState]]:
    """
    Read what `keep` has written: the conditions, the minutes that it took, and what was seen.
    """
    read = json.loads(file.read_text(encoding="utf-8"))
    return read["conditions"], read["minutes"], [FileState(**one) for one in read["cases"]]
