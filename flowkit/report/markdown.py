"""
Formats a comparison as Markdown for a comment on a pull request.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from flowkit.report.changes import Change
from flowkit.report.comparison import Comparison, PipelineChange
from flowkit.report.comparison_text import (
    SIGNS,
    count,
    detail_text,
    plan_summary,
    runs_texts,
    setting_text,
    summary_text,
)
from flowkit.report.graph import graph_of_change
from flowkit.report.mermaid import MAX_EDGES, mermaid
from flowkit.report.schedule_text import schedule_text

MAX_CHARACTERS: Final = 60_000
"""GitHub rejects comments of more than 65,536 characters."""

# GitHub renders no graphs at all if a page has more.
_MAX_GRAPHS: Final = 20
_MAX_OPEN_SECTIONS: Final = 3
_RESERVED_CHARACTERS: Final = 2_000


def markdown(
    comparison: Comparison,
    before: str,
    after: str,
    now: datetime,
    *,
    broken: Sequence[str] = (),
    max_characters: int = MAX_CHARACTERS,
) -> str:
    """
    Return a summary, then a collapsible section with a graph for each changed pipeline.

    Args:
        comparison: The changes.

        before: The name of the old side.

        after: The name of the new side.

        now: Next runs are those after this time.

        broken: The problems of pipelines that cannot be compared.

        max_characters: Pipelines that do not fit are listed by id.
    """
    text = f"### Pipelines\n\n{summary_text(comparison, _code(before), _code(after))}"
    if broken:
        text += "\n\n**Not compared**, since they are broken:\n\n" + _fence("\n".join(broken), "text")
    available = max_characters - _RESERVED_CHARACTERS
    omitted = []
    for number, change in enumerate(comparison.pipelines):
        opened = len(comparison.pipelines) <= _MAX_OPEN_SECTIONS
        section = _section(change, now, graph=number < _MAX_GRAPHS, opened=opened)
        if len(text) + len(section) > available:
            section = _section(change, now, graph=False, opened=False)
        if len(text) + len(section) > available:
            omitted.append(f"{SIGNS[change.kind]} {change.dag_id}")
        else:
            text += f"\n\n{section}"
    if omitted:
        text += f"\n\n{len(omitted)} more, omitted to fit the size limit: {', '.join(omitted)}"
    return text if len(text) <= max_characters or not omitted else f"{text[: max_characters - 1]}…"


def _section(change: PipelineChange, now: datetime, *, graph: bool, opened: bool) -> str:
    return "\n".join(_section_lines(change, now, graph=graph, opened=opened))


def _section_lines(change: PipelineChange, now: datetime, *, graph: bool, opened: bool) -> Iterator[str]:
    plan = change.new or change.old
    what = plan_summary(plan) if plan is not None and change.kind != "changed" else _counts(change)
    yield f"<details{' open' if opened else ''}>"
    name = f"{SIGNS[change.kind]} <b>{html.escape(change.dag_id)}</b>"
    yield f"<summary>{name} {change.kind}: {html.escape(what)}</summary>"
    yield ""
    if change.old is not None and change.new is not None:
        for one in change.changes:
            yield from _items(one, change)
        yield from (f"- {text}" for text in runs_texts(change.old, change.new, now))
        yield ""
    picture = graph_of_change(change.dag_id, change.old, change.new, change.changes) if graph else None
    # If only settings changed, there is nothing to draw.
    if picture is not None and len(picture.edges) <= MAX_EDGES and picture.touched:
        yield _fence(mermaid(picture), "mermaid")
        yield ""
    yield "</details>"


def _counts(change: PipelineChange) -> str:
    numbers: dict[tuple[str, str], int] = {}
    for one in change.changes:
        numbers[one.what, one.kind] = numbers.get((one.what, one.kind), 0) + 1
    return ", ".join(
        f"{what} {kind}" if what == "schedule" else f"{count(number, what)} {kind}"
        for (what, kind), number in numbers.items()
    )


def _items(change: Change, pipeline: PipelineChange) -> Iterator[str]:
    if change.what == "schedule":
        before, after = (
            _code(schedule_text(plan["settings"]))
            for plan in (pipeline.old, pipeline.new)
            if plan is not None
        )
        yield f"- **schedule**: {before} → {after}"
        return
    if change.what in {"setting", "default", "operator default"}:
        yield f"- {change.kind} {change.what}: {_code(setting_text(change))}"
        return
    was = f" from {_code(change.was)} (to Airflow another task, without history)" if change.was else ""
    texts = [detail_text(detail) for detail in change.details]
    if change.kind in {"added", "removed"}:
        texts = [detail.after or detail.before or "" for detail in change.details]
        text = f": {_code(texts[0])}" if texts and texts[0] else ""
        yield f"- {change.kind} {change.what} {_code(change.name)}{text}"
        return
    yield f"- {change.kind} {change.what} {_code(change.name)}{was}"
    yield from (f"  - {_code(text)}" for text in texts)


def _code(text: str) -> str:
    """
    Return *text* as inline code, so that it contains no Markdown, HTML or mention of a user.
    """
    line = " ".join(text.split())
    ticks = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    space = " " if "`" in line else ""
    return f"{ticks}{space}{line}{space}{ticks}"


def _fence(text: str, language: str) -> str:
    ticks = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{ticks}{language}\n{text}\n{ticks}"
