"""
What a larger installation needs, reckoned from what was measured. Nothing here was run at that size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs

BUSY = 0.7
"""The part of an interval that may be spent on parsing: the rest is for edits, which wait for the end of a round."""

SIZES = ((5_000, 300), (50_000, 600), (50_000, 1_800))
"""DAGs, and seconds between two parses of a file."""


@attrs.frozen
class Cost:
    """
    Processor time for each DAG in a round without change, in milliseconds, and its size in the database, in bytes.
    """

    manager: float
    parsers: float
    server: float
    size: float


def page(cost: Cost, title: str) -> str:
    """
    Return the formulas with the figures put in, as Markdown.
    """
    rows = [
        f"From the row *{title}*: a round without change costs the DAG processor *m* = {cost.manager:.1f} ms"
        f" for each DAG, its parsing processes *p* = {cost.parsers:.1f} ms, and PostgreSQL *d* = {cost.server:.1f} ms;"
        f" a DAG takes *s* = {cost.size / 1024:.1f} KiB.",
        "",
        "| | *N* DAGs, each parsed every *T* seconds | " + " | ".join(_heads()) + " |",
        "|---|---|" + "---:|" * len(SIZES),
    ]
    for name, formula, values in _lines(cost):
        rows.append(f"| {name} | {formula} | {' | '.join(values)} |")
    return "\n".join(rows)


def _heads() -> list[str]:
    return [f"{number:,}, {seconds:,} s" for number, seconds in SIZES]


def _lines(cost: Cost) -> Sequence[tuple[str, str, list[str]]]:
    m, p, d = (value / 1000 for value in (cost.manager, cost.parsers, cost.server))
    processors = [math.ceil(number * m / (BUSY * seconds)) for number, seconds in SIZES]
    both = list(zip(SIZES, processors, strict=True))
    return [
        (
            "DAG processors, a bundle each",
            f"*N·m / ({BUSY}·T)*, rounded up",
            [f"{count}" for count in processors],
        ),
        (
            "`parsing_processes` of each",
            "*p / m*, rounded up, and at least 2",
            [f"{_each(m, p)}"] * len(SIZES),
        ),
        ("cores busy with parsing", "*N·(m + p) / T*", [f"{n * (m + p) / t:.1f}" for n, t in SIZES]),
        ("cores busy in PostgreSQL", "*N·d / T*", [f"{n * d / t:.2f}" for n, t in SIZES]),
        ("one round", "*N·m / processors*", [f"{n * m / count:,.0f} s" for (n, _), count in both]),
        ("files of 100 pipelines", "*N / 100*", [f"{n / 100:,.0f}" for n, _ in SIZES]),
        (
            "database, one version of each DAG",
            "*N·s*",
            [f"{n * cost.size / 2**30:.2f} GiB" for n, _ in SIZES],
        ),
        ("database, ten versions", "*10·N·s*", [f"{10 * n * cost.size / 2**30:.1f} GiB" for n, _ in SIZES]),
    ]


def _each(m: float, p: float) -> int:
    return max(2, math.ceil(p / m)) if m else 2
