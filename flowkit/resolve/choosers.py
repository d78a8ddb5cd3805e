"""
The tasks that decide which others run: branches and short circuits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, final

from flowkit.base.record import field, record
from flowkit.model.calls import Call, OperatorCall, PythonCall
from flowkit.model.pipeline import PipelineSpec
from flowkit.resolve.worlds import Outcome

# The outcomes of a short circuit.
GOES_ON: Final = "go on"
STOPS: Final = "stop"
# Outcomes of a branch that returns several keys, beside each key alone.
_ALL_KEYS: Final = "*"
_NO_KEY: Final = ""


@final
@record(kw_only=True)
class Chooser:
    """
    A branch or a short circuit.
    """

    name: str
    """The name of its function, for messages."""

    kept: Mapping[Outcome, frozenset[int]]
    """By outcome: which of the tasks directly after it are not skipped."""

    keys: Mapping[str, frozenset[Outcome]] = field(factory=dict)
    """Of a branch: by key, the outcomes in which it returns the key."""

    targets: Mapping[str, tuple[int, ...]] = field(factory=dict)
    """Of a branch: by key, the tasks that run first."""

    skips_all: bool = False
    """Of a short circuit: whether it skips all tasks after it, whatever their trigger rules."""

    @property
    def outcomes(self) -> frozenset[Outcome]:
        """
        All outcomes, that of a failure included.
        """
        return frozenset({*self.kept, None})


def may_choose(call: Call | None) -> bool:
    """
    Return whether *call* is a branch or a short circuit whose outcomes are known.
    """
    is_branch = isinstance(call, PythonCall) and call.routes is not None
    return is_branch or _short_circuit(call) is not None


def choosers_of(
    spec: PipelineSpec, numbers: Mapping[str, int], downstream: Sequence[Sequence[int]]
) -> dict[int, Chooser]:
    """
    Return the choosers of *spec* by the numbers of their tasks.
    """
    choosers: dict[int, Chooser] = {}
    roots: Mapping[str, tuple[int, ...]] | None = None
    for number, task in enumerate(spec.tasks):
        call, below = task.action, frozenset(downstream[number])
        if isinstance(call, PythonCall) and call.routes is not None:
            if roots is None:
                roots = _roots(spec, numbers)
            choosers[number] = _branch(call, roots, below, downstream)
        elif (skips_all := _short_circuit(call)) is not None:
            kept: dict[Outcome, frozenset[int]] = {GOES_ON: below, STOPS: frozenset()}
            choosers[number] = Chooser(name=call.name if call else "", kept=kept, skips_all=skips_all)
    return choosers


def _branch(
    call: PythonCall,
    roots: Mapping[str, tuple[int, ...]],
    below: frozenset[int],
    downstream: Sequence[Sequence[int]],
) -> Chooser:
    routes = call.routes or {}
    targets = {key: tuple(root for node in nodes for root in roots[node]) for key, nodes in routes.items()}
    # As in Airflow's `skip_all_except`: what is downstream of a chosen task is not skipped.
    reached: dict[Outcome, frozenset[int]] = {
        key: below & descendants(first, downstream) for key, first in targets.items()
    }
    if not call.multiple:
        return Chooser(
            name=call.name, kept=reached, keys={key: frozenset({key}) for key in routes}, targets=targets
        )
    together = frozenset[int]().union(*reached.values())
    return Chooser(
        name=call.name,
        kept={**reached, _ALL_KEYS: together, _NO_KEY: frozenset()},
        keys={key: frozenset({key, _ALL_KEYS}) for key in routes},
        targets=targets,
    )


def descendants(first: Iterable[int], downstream: Sequence[Sequence[int]]) -> frozenset[int]:
    """
    Return *first* and all tasks after them.
    """
    seen = set(first)
    waiting = list(seen)
    while waiting:
        for below in downstream[waiting.pop()]:
            if below not in seen:
                seen.add(below)
                waiting.append(below)
    return frozenset(seen)


def _roots(spec: PipelineSpec, numbers: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    """
    Return the tasks that run first, by the id of each task and group.
    """
    parents = {group.group_id: group.parent_id for group in spec.groups}
    inside: dict[str, list[str]] = {group.group_id: [] for group in spec.groups}
    upstream = {task.task_id: task.upstream for task in spec.tasks}
    for task in spec.tasks:
        group = task.group_id
        while group is not None:
            inside[group].append(task.task_id)
            group = parents[group]
    roots: dict[str, tuple[int, ...]] = {task_id: (number,) for task_id, number in numbers.items()}
    for group_id, ids in inside.items():
        own = set(ids)
        roots[group_id] = tuple(numbers[task_id] for task_id in ids if own.isdisjoint(upstream[task_id]))
    return roots


def _short_circuit(call: Call | None) -> bool | None:
    """
    Return whether a short circuit skips all tasks after it; `None` if *call* is none.
    """
    arguments: Mapping[str, Any]
    if isinstance(call, PythonCall) and call.decorator is not None and call.decorator.name == "short_circuit":
        arguments = call.decorator.kwargs
    elif isinstance(call, OperatorCall) and call.name == "ShortCircuitOperator":
        arguments = call.kwargs
    else:
        return None
    return bool(arguments.get("ignore_downstream_trigger_rules", True))
