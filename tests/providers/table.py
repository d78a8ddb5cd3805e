"""
The results of the sweep, and the tables of `docs/providers.md`: `python -m tests.providers.table` writes them anew.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.support import ROOT

RESULTS = Path(__file__).parent / "results.json"
PAGE = ROOT / "docs" / "providers.md"
TABLES = ("summary", "differences", "providers")

_ROWS = (
    ("Good calls: Airflow stores the same task, by hand and with flowkit", "good", "good: same"),
    ("A required argument is missing, and Airflow refuses that", "missing", "missing: found"),
    (
        "An argument that the class sets itself is given, and Airflow refuses that",
        "further",
        "further: found",
    ),
    ("A name is misspelt, and Airflow refuses that", "misspelt", "misspelt: found"),
    (
        "An option of tasks is given to the operator",
        "option among arguments",
        "option among arguments: found",
    ),
    (
        "An argument of the operator is given to the task",
        "argument among options",
        "argument among options: found",
    ),
    ("Calls that Airflow takes: flowkit takes them", "accepted", "accepted: same"),
    ("The verdict is the same if the operator is imported lazily", "lazy", "lazy: same"),
    ("The verdict is the same with mypy and flowkit's plugin", "mypy", "mypy: same"),
    ("Calls in examples: Airflow stores the same task, by hand and with flowkit", "example", "example: same"),
)
"""The text of a row, and the names of two counts: of all, and of those for which it holds."""


def write(results: Mapping[str, Any]) -> None:
    """
    Write the tables into the page.
    """
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")


def page(text: str, results: Mapping[str, Any]) -> str:
    """
    Return the text of the page with its tables written anew.
    """
    made = {
        "summary": _summary(results),
        "differences": _differences(results),
        "providers": _providers(results),
    }
    for name in TABLES:
        head, start, rest = text.partition(f"<!-- {name} -->\n")
        _, end, tail = rest.partition(f"<!-- end of {name} -->")
        assert start, f"{PAGE.name} has no place for {name}"
        assert end, f"{PAGE.name} does not end {name}"
        text = f"{head}{start}\n" + "\n".join(made[name]) + f"\n\n{end}{tail}"
    return text


def _summary(results: Mapping[str, Any]) -> Iterator[str]:
    total: Counter[str] = Counter()
    for counts in results["providers"].values():
        total.update(counts)
    yield "| | of | |"
    yield "|---|---:|---:|"
    for text, all_of, holds in _ROWS:
        if total[all_of]:
            yield f"| {text} | {total[all_of]:,} | {total[holds]:,} |"
    left_out = [text for text, all_of, _ in _ROWS if not total[all_of]]
    if left_out:
        yield f"\nNot part of these results: {'; '.join(left_out)}."


def _differences(results: Mapping[str, Any]) -> Iterator[str]:
    counts: Counter[tuple[str, str]] = Counter()
    classes: Counter[tuple[str, str]] = Counter()
    for found in results["differences"]:
        counts[found["kind"], found["reason"]] += len(found["arguments"])
        classes[found["kind"], found["reason"]] += 1
    yield "| What | Calls | Classes | Why |"
    yield "|---|---:|---:|---|"
    for (kind, reason), count in sorted(counts.items()):
        yield f"| {kind} | {count:,} | {classes[kind, reason]:,} | {reason} |"


def _providers(results: Mapping[str, Any]) -> Iterator[str]:
    yield "| Provider | Version | Classes | Calls | Found | Not found | False alarms | Examples: same |"
    yield "|---|---|---:|---:|---:|---:|---:|---:|"
    for name, counts in sorted(results["providers"].items()):
        yield " | ".join(
            [
                f"| {name}",
                results["versions"].get(name, ""),
                f"{counts.get('classes', 0):,}",
                f"{counts.get('calls', 0):,}",
                f"{counts.get('found', 0):,}",
                f"{counts.get('not found', 0):,}",
                f"{counts.get('false alarm', 0):,}",
                f"{counts.get('example: same', 0):,} of {counts.get('example', 0):,} |",
            ]
        )


def load() -> dict[str, Any]:
    """
    Return the results that were written last.
    """
    results: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return results


if __name__ == "__main__":
    write(load())
