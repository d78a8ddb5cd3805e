"""
A comparison as Markdown, fit for a comment on a pull request.
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
from flowkit.report.mermaid import MOST_EDGES, mermaid
from flowkit.report.schedule_text import schedule_text

LONGEST: Final = 60_000
"""GitHub takes no comment of more than 65,536 characters."""

# With more of them on one page GitHub draws none.
_MOST_GRAPHS: Final = 20
_OPEN: Final = 3


def markdown(
    found: Comparison,
    before: str,
    after: str,
    now: datetime,
    *,
    broken: Sequence[str] = (),
    longest: int = LONGEST,
) -> str:
    """
    Return what happened: a summary, then for each pipeline a section that folds, with a picture of the change.

    Args:
        found: What happened.

        before: What the one side is.

        after: What the other side is.

        now: Next runs come after this moment.

        broken: What is wrong with pipelines that cannot be compared.

        longest: How many characters there may be. Pipelines that do not fit are named.
    """
    head = ["### Pipelines", "", summary_text(found, _code(before), _code(after))]
    head += (
        ["", "**Not compared**, since they are broken:", "", _fence("\n".join(broken), "text")]
        if broken
        else []
    )
    text = "\n".join(head)
    left = []
    for number, change in enumerate(found.pipelines):
        few = len(found.pipelines) <= _OPEN
        section = "\n".join(_section(change, now, graph=number < _MOST_GRAPHS, opened=few))
        if len(text) + len(section) > longest - 2_000:
            section = "\n".join(_section(change, now, graph=False, opened=False))
        if len(text) + len(section) > longest - 2_000:
            left.append(change)
            continue
        text = f"{text}\n\n{section}"
    if left:
        names = ", ".join(f"{SIGNS[one.kind]} {one.dag_id}" for one in left)
        text = f"{text}\n\nAnd {len(left)} more, for which there is no room here: {names}"
        text = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return text


def _section(change: PipelineChange, now: datetime, *, graph: bool, opened: bool) -> Iterator[str]:
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
    # A change of settings alone is nothing to draw.
    if picture is not None and len(picture.edges) <= MOST_EDGES and picture.touched:
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
    if change.what in {"setting", "default"}:
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
    Return *text* as code: within it nothing is Markdown, HTML, or the name of somebody who would get a message.
    """
    line = " ".join(text.split())
    ticks = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    space = " " if "`" in line else ""
    return f"{ticks}{space}{line}{space}{ticks}"


def _fence(text: str, language: str) -> str:
    ticks = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{ticks}{language}\n{text}\n{ticks}"
