"""
The table of `docs/mistakes.md`; `python -m tests.typing.corpus` writes it anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tests.support import ROOT
from tests.typing.checkers import OTHER_CHECKERS
from tests.typing.corpus import Case, cases
from tests.typing.corpus_tools import Tool

PAGE: Final = ROOT / "docs" / "mistakes.md"
START, END = "<!-- table -->", "<!-- end -->"

PARTS: Final[Mapping[str, str]] = {
    "options": "Options of tasks",
    "settings": "Settings of pipelines and groups",
    "ids": "Ids",
    "schedules": "Schedules and dates",
    "assets": "Assets",
    "functions": "Functions and their arguments",
    "operators": "Operators and sensors",
    "data": "Data between tasks",
    "mapping": "Dynamic mapping",
    "branching": "Branches",
    "groups": "Groups",
    "order": "The order of tasks",
    "setup": "Setup and teardown",
    "params": "Params",
    "pods": "Pods",
    "factory": "Pipelines from configurations",
    "registering": "Files and `register`",
    "native": "Pieces of hand-written Airflow",
}
"""The parts of the vocabulary, in the order of the page."""

RECOMMENDED: Final[tuple[Tool, ...]] = ("pyright", "pyright with settings", "pyright with stubs")
"""What finds a mistake where pyright has the settings that the documentation recommends, and stubs."""


def share(number: int, of: int) -> str:
    """
    Return a number, and its share in per cent, rounded down: 99.9 % is not all.
    """
    return f"{number} ({100 * number // of} %)"


def count(found: Sequence[Case], *tools: Tool) -> int:
    """
    Return how many mistakes at least one of the tools finds.
    """
    return sum(any(tool in case.marks for tool in tools) for case in found)


def table(alarms: Mapping[Tool, int]) -> str:
    """
    Return what stands in the page.

    Args:
        alarms: Of how many correct files in plain Airflow a tool complains.
    """
    own, plain = cases("pipelines"), cases("plain")
    parts = [_totals(own, plain, alarms), _by_part(own, plain), *(_every(part, own, plain) for part in PARTS)]
    return "\n\n".join("\n".join(lines) for lines in parts)


def _totals(own: Sequence[Case], plain: Sequence[Case], alarms: Mapping[Tool, int]) -> Iterator[str]:
    yield "| | with flowkit | in plain Airflow |"
    yield "|---|---:|---:|"
    yield f"| Mistakes | {len(own)} | {len(plain)}: {len(own) - len(plain)} cannot be made |"
    lines: tuple[tuple[str, tuple[Tool, ...], tuple[Tool, ...]], ...] = (
        ("found by pyright, in its standard mode", ("pyright",), ("pyright",)),
        ("found by pyright with the recommended settings", RECOMMENDED[:2], ()),
        ("found by pyright with the recommended settings and [stubs](stubs.md)", RECOMMENDED, ()),
        *[
            (f"found by {checker}{'' if checker == 'zuban' else ', with stubs'}", (checker,), (checker,))
            for checker in OTHER_CHECKERS
        ],
        ("found by mypy, with flowkit's plugin; in plain Airflow, alone", ("mypy",), ("mypy",)),
        ("found by mypy with `apache-airflow-mypy`", (), ("apache-airflow-mypy",)),
        ("found by `flowkit check`", ("flowkit check",), ()),
        ("found by Airflow's parse", ("parse",), ("parse",)),
    )
    for title, ours, theirs in lines:
        left = share(count(own, *ours), len(own)) if ours else ""
        right = share(count(plain, *theirs), len(plain)) if theirs else ""
        yield f"| {title} | {left} | {right} |"
    before = (
        share(count(own, *RECOMMENDED, *OTHER_CHECKERS, "mypy", "flowkit check"), len(own)),
        share(count(plain, "pyright", *OTHER_CHECKERS, "mypy", "apache-airflow-mypy"), len(plain)),
    )
    yield f"| **found before Airflow sees the file** | **{before[0]}** | **{before[1]}** |"
    late = [sum(not case.marks for case in found) for found in (own, plain)]
    yield f"| found at run time only, or never | {late[0]} | {share(late[1], len(plain))} |"
    tools: tuple[Tool, ...] = ("pyright", *OTHER_CHECKERS, "mypy", "apache-airflow-mypy")
    said = ", ".join(f"{tool} {alarms.get(tool, 0)}" for tool in tools)
    yield f"| correct files that are refused | 0 | of {len(plain)}: {said} |"


def _by_part(own: Sequence[Case], plain: Sequence[Case]) -> Iterator[str]:
    titles = ["Part", "Mistakes", "pyright", "mypy", "`flowkit check`", "never"]
    titles += [
        "Mistakes in plain Airflow",
        "pyright",
        "mypy",
        "with `apache-airflow-mypy`",
        "parse",
        "run time or never",
    ]
    yield f"| {' | '.join(titles)} |"
    yield "|---|" + "---:|" * 11
    for part, title in PARTS.items():
        ours = [case for case in own if case.part == part]
        theirs = [case for case in plain if case.part == part]
        yield f"| {_link(title)} | {_counts(ours, theirs)} |"
    yield f"| **All** | {_counts(own, plain)} |"


def _counts(ours: Sequence[Case], theirs: Sequence[Case]) -> str:
    left = [count(ours, *RECOMMENDED), count(ours, "mypy"), count(ours, "flowkit check")]
    tools: tuple[Tool, ...] = ("pyright", "mypy", "apache-airflow-mypy", "parse")
    right = [count(theirs, tool) for tool in tools]
    never = [sum(not case.marks for case in found) for found in (ours, theirs)]
    numbers = [len(ours), *left, never[0], len(theirs), *right, never[1]]
    return " | ".join(map(str, numbers))


def _link(title: str) -> str:
    return f"[{title}](#{re.sub(r'[^a-z0-9 ]', '', title.lower()).replace(' ', '-')})"


def _every(part: str, own: Sequence[Case], plain: Sequence[Case]) -> Iterator[str]:
    theirs = {case.name: case for case in plain if case.part == part}
    yield f"### {PARTS[part]}"
    yield ""
    yield "| Mistake | with flowkit | in plain Airflow |"
    yield "|---|---|---|"
    for case in own:
        if case.part == part:
            other = theirs.get(case.name)
            right = f"cannot be made: {case.impossible}" if other is None else _marks(other)
            yield f"| {case.title} | {_marks(case)} | {right} |"


def _marks(case: Case) -> str:
    # The other checkers find about what pyright finds: they are named where nothing else finds it.
    alone = "pyright with settings" if "pyright with settings" in case.marks else "pyright with stubs"
    hidden = {*OTHER_CHECKERS, *(set(RECOMMENDED) - {"pyright" if "pyright" in case.marks else alone})}
    tools = [tool for tool in case.marks if tool not in hidden] or case.marks
    return ", ".join(tools) or "**run time or never**"


def written_alarms(tool: Tool) -> int:
    """
    Return of how many correct files in plain Airflow a tool complains, as the page says.
    """
    found = re.search(rf"correct files that are refused .*(?<![\w-]){tool} (\d+)", written())
    return int(found[1]) if found else 0


def written() -> str:
    """
    Return the table that the page holds.
    """
    return PAGE.read_text(encoding="utf-8").partition(START)[2].partition(END)[0].strip()


def write(alarms: Mapping[Tool, int]) -> str:
    """
    Write the table into the page, and return its first part.
    """
    made = table(alarms)
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    tail = rest.partition(END)[2]
    PAGE.write_text(f"{head}{START}\n\n{made}\n\n{END}{tail}", encoding="utf-8")
    return made.partition("\n\n###")[0]
