"""
Compares two sets of pipelines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Literal, final

import attrs

from flowkit.base.sensitive import without_digests
from flowkit.report.changes import Change, changes
from flowkit.report.json_patch import Operation, patch, same
from flowkit.report.plan import Document, Plan


@final
@attrs.frozen
class PipelineChange:
    """
    The changes of one pipeline.
    """

    dag_id: str
    kind: Literal["added", "removed", "changed"]
    old: Plan | None
    new: Plan | None
    changes: tuple[Change, ...] = ()


@final
@attrs.frozen
class Comparison:
    """
    The changes of all pipelines.
    """

    pipelines: tuple[PipelineChange, ...]
    """Those that changed."""

    unchanged: int
    """The number of unchanged pipelines."""

    patch: tuple[Operation, ...]
    """A JSON Patch from the old document to the new one, with secrets masked."""

    def count(self, kind: str) -> int:
        """
        Return the number of pipelines that were *kind*: `added`, `removed` or `changed`.
        """
        return sum(change.kind == kind for change in self.pipelines)


def compare(old: Document, new: Document, *, ignored: Collection[str] = ()) -> Comparison:
    """
    Compare two documents.

    Args:
        old: The pipelines before.

        new: The pipelines after.

        ignored: The ids of pipelines that cannot be compared, since they are broken on one side.
    """
    before, after = (
        {name: plan for name, plan in one["pipelines"].items() if name not in ignored} for one in (old, new)
    )
    found = tuple(_changed(before, after))
    unchanged = len(before.keys() | after.keys()) - len(found)
    operations = patch(before, after, "/pipelines")
    return Comparison(found, unchanged, tuple(without_digests(one) for one in operations))


def _changed(before: Mapping[str, Plan], after: Mapping[str, Plan]) -> Iterator[PipelineChange]:
    for dag_id in sorted(before.keys() | after.keys()):
        old, new = before.get(dag_id), after.get(dag_id)
        if old is None or new is None:
            yield PipelineChange(dag_id, "removed" if new is None else "added", old, new)
        elif not same(old, new):
            yield PipelineChange(dag_id, "changed", old, new, changes(old, new))
