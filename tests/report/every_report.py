"""
All that commands print of one pipeline.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone

from flowkit.base.sensitive import Masking
from flowkit.model.pipeline import PipelineSpec
from flowkit.report.comparison import compare
from flowkit.report.comparison_text import json_of, lines_of
from flowkit.report.dot import dot
from flowkit.report.graph import graph_of
from flowkit.report.markdown import markdown
from flowkit.report.mermaid import mermaid
from flowkit.report.plan import document_of
from flowkit.report.schedule_text import has_next_runs, next_runs, schedule_text
from flowkit.report.tree import order_of, rows_of
from flowkit.report.value_text import format_kwargs
from flowkit.resolve.wide_edges import wide_edges
from flowkit.rules.secret_arguments import secrets

_NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)


def reports_of(spec: PipelineSpec) -> Iterator[str]:
    """
    Yield what `flowkit check`, `show` and `diff` print of a pipeline.
    """
    yield from (str(problem) for problem in (*secrets(spec), *wide_edges(spec)))
    document = document_of([spec], masking=Masking())
    yield json.dumps(document, ensure_ascii=False)
    plan, locations = document["pipelines"][spec.dag_id], document["locations"][spec.dag_id]
    graph = graph_of(spec.dag_id, plan, order_of(locations))
    yield mermaid(graph)
    yield dot(graph)
    yield "\n".join(str(row) for row in rows_of(spec.dag_id, plan, locations))
    yield schedule_text(plan["settings"])
    if has_next_runs(plan["settings"]):
        yield str(next_runs(plan["settings"], _NOW))
    yield format_kwargs(plan["settings"])
    yield format_kwargs(plan["defaults"])
    comparison = compare(document_of([], masking=Masking()), document)
    yield markdown(comparison, "before", "after", _NOW)
    yield json.dumps(json_of(comparison), ensure_ascii=False)
    for change in comparison.pipelines:
        yield "\n".join(map(str, lines_of(change, _NOW)))
