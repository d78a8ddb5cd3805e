"""
Setups and teardowns that Airflow refuses.
"""

from __future__ import annotations

from collections.abc import Iterator

from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem
from flowkit.resolve.edges import Graph
from flowkit.resolve.layout import Layout, TaskPosition, options_of

_REQUIRED = "all_success"


def setup_problems(layout: Layout, graph: Graph) -> Iterator[Problem]:
    """
    Yield the teardowns among the setups of others, and the tasks after a setup with another trigger rule.
    """
    for setup in sorted(graph.setups, key=lambda position: position.first):
        if setup.node.role == "teardown":
            message = f"{setup.path!r} is a teardown, and another teardown names it among its setups."
            hint = "Name a task that was made by setup(…); for the order of two teardowns, use after=."
            yield Problem("FK113", message, hint, setup.location)
            continue
        for number in sorted(graph.downstream[setup.first]):
            yield from _wrong_rule(layout.tasks[number], setup)


def _wrong_rule(task: TaskPosition, setup: TaskPosition) -> Iterator[Problem]:
    given = options_of(task).get("trigger_rule")
    rule = str(getattr(given, "value", given))
    if given is None or rule == _REQUIRED or task.node.role == "teardown":
        return
    message = (
        f"Task {task.path!r} follows setup {setup.path!r} with trigger_rule={rule!r}; after a setup, Airflow only "
        f"accepts {_REQUIRED!r}."
    )
    if "trigger_rule" in task.node.options:
        hint = f"Remove it, or place a task without an action between {setup.path!r} and {task.path!r}."
        yield Problem("FK117", message, hint, task.location)
        return
    message += " The rule comes from .defaults(trigger_rule=…)."
    hint = (
        f"Write trigger_rule={_REQUIRED!r} on {task.path!r}, or set the default where it does not reach it."
    )
    yield Problem("FK117", message, hint, _line_of_default(task))


def _line_of_default(task: TaskPosition) -> SourceLocation:
    scope = task.parent
    while scope is not None:
        if "trigger_rule" in scope.node.defaults:
            return scope.node.defaults_at.get("trigger_rule", scope.location)
        scope = scope.parent
    return task.location
