"""
Formats a comparison as lines of text, without colors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, final

import attrs

from flowkit.report.changes import Change, Detail
from flowkit.report.comparison import Comparison, PipelineChange
from flowkit.report.plan import Plan
from flowkit.report.schedule_text import has_next_runs, next_runs, schedule_text

SIGNS: Final[Mapping[str, str]] = {"added": "+", "removed": "-", "changed": "~", "moved": "~"}
_RUNS = 3


@final
@attrs.frozen
class Line:
    """
    One line.
    """

    kind: str
    """`added`, `removed`, `changed` or `moved`; `""` for details."""

    depth: int
    text: str


def lines_of(change: PipelineChange, now: datetime) -> Iterator[Line]:
    """
    Yield the lines of one pipeline.

    Args:
        change: The changes of the pipeline.

        now: Next runs are those after this time.
    """
    yield Line(change.kind, 0, f"{SIGNS[change.kind]} {change.dag_id}{_summary(change)}")
    if change.old is None or change.new is None:
        return
    for one in change.changes:
        yield from _change_lines(one, change.old, change.new)
    for text in runs_texts(change.old, change.new, now):
        yield Line("", 1, text)


def _summary(change: PipelineChange) -> str:
    plan = change.new if change.kind == "added" else change.old if change.kind == "removed" else None
    return "" if plan is None else f"  {plan_summary(plan)}"


def plan_summary(plan: Plan) -> str:
    """
    Return the size and the schedule of a pipeline.
    """
    return f"{count(len(plan['tasks']), 'task')}, schedule {schedule_text(plan['settings'])}"


def _change_lines(change: Change, old: Plan, new: Plan) -> Iterator[Line]:
    sign = SIGNS[change.kind]
    if change.what == "schedule":
        before, after = (schedule_text(plan["settings"]) for plan in (old, new))
        yield Line("changed", 1, f"~ schedule: {before} → {after}")
    elif change.what in {"setting", "default", "operator default"}:
        yield Line(change.kind, 1, f"{sign} {change.what} {setting_text(change)}")
    elif change.kind == "moved":
        yield Line(
            "moved",
            1,
            f"~ {change.what} {change.was} → {change.name}: to Airflow another task, without history",
        )
        yield from (Line("", 2, detail_text(detail)) for detail in change.details)
    elif change.kind == "changed":
        yield Line("changed", 1, f"~ {change.what} {change.name}")
        yield from (Line("", 2, detail_text(detail)) for detail in change.details)
    else:
        text = change.details[0].after or change.details[0].before if change.details else ""
        yield Line(change.kind, 1, f"{sign} {change.what} {change.name}{f': {text}' if text else ''}")


def setting_text(change: Change) -> str:
    """
    Return a changed setting or default as text.
    """
    (detail,) = change.details
    if change.kind == "changed":
        return detail_text(detail)
    return f"{detail.name}: {detail.after or detail.before}{f' ({detail.note})' if detail.note else ''}"


def detail_text(detail: Detail) -> str:
    """
    Return a changed value as text.
    """
    note = f" ({detail.note})" if detail.note and (detail.before or detail.after) else ""
    if detail.name == "waits for":
        parts = [f"no longer for {detail.before}"] * bool(detail.before) + [f"now for {detail.after}"] * bool(
            detail.after
        )
        return f"waits {', '.join(parts)}"
    if detail.before is None and detail.after is None:
        return f"{detail.name}: {detail.note}"
    if detail.before is None:
        return f"{detail.name}: {detail.after}, new{note}"
    if detail.after is None:
        return f"{detail.name}: {detail.before}, gone{note}"
    return f"{detail.name}: {detail.before} → {detail.after}{note}"


def runs_texts(old: Plan, new: Plan, now: datetime) -> Iterator[str]:
    """
    Yield the next runs before and after a change, if they differ.
    """
    sides = [plan["settings"] for plan in (old, new)]
    before, after = (next_runs(settings, now, _RUNS) for settings in sides)
    if [str(run) for run in before] == [str(run) for run in after]:
        return
    for word, settings, runs in (("before", sides[0], before), ("after", sides[1], after)):
        yield f"next runs {word}: {times_text(runs) if has_next_runs(settings) else 'the clock does not say'}"


def times_text(runs: tuple[datetime, ...]) -> str:
    """
    Return times as text.
    """
    return ", ".join(time_text(run) for run in runs) or "none"


def time_text(run: datetime) -> str:
    """
    Return a time as text, with the name or offset of its time zone.
    """
    return f"{run:%Y-%m-%d %H:%M %Z}"


def summary_text(found: Comparison, before: str, after: str) -> str:
    """
    Return a summary in one sentence.
    """
    counts = [f"{found.count(kind)} {kind}" for kind in ("added", "removed", "changed") if found.count(kind)]
    rest = f"{found.unchanged} unchanged"
    return f"{', '.join([*counts, rest]) if counts else f'No changes: {rest}'}. Before: {before}; after: {after}."


def count(number: int, noun: str) -> str:
    """
    Return *number* with *noun* in singular or plural.
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def json_of(found: Comparison) -> dict[str, Any]:
    """
    Return the changes of each pipeline as JSON.
    """
    return {
        one.dag_id: {
            "kind": one.kind,
            "changes": [attrs.asdict(change) for change in one.changes],
        }
        for one in found.pipelines
    }
