"""
What a task cannot be if a function of hand-written Airflow makes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from flowkit.base.problems import Problem
from flowkit.model.calls import NativeCall
from flowkit.resolve.edges import Graph
from flowkit.resolve.layout import Layout


def native_problems(layout: Layout, graph: Graph) -> Iterator[Problem]:
    """
    Yield the setups and teardowns whose action is `native(…)`.
    """
    for position in layout.tasks:
        call = position.node.action
        if type(call) is not NativeCall:
            continue
        if position.node.role == "teardown":
            role, method = "teardown", ".as_teardown()"
        elif position in graph.setups:
            role, method = "setup", ".as_setup()"
        else:
            continue
        message = (
            f"Task {position.path!r} is a {role}, but runs native({call.name}, …): that may make several tasks, and "
            f"flowkit cannot tell which of them is the {role}."
        )
        hint = (
            f"Write task(…), and call {method} on an operator in {call.name}(). Or write operator(Class, …)."
        )
        yield Problem("FK215", message, hint, call.location)
