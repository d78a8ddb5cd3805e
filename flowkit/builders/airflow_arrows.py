"""
Arrows between operators of hand-written Airflow and what flowkit builds: `BashOperator(…) >> task("load")`.

Airflow's `>>` asks its right-hand side for three attributes. flowkit has them for Airflow only, to record the problem.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any, Final, cast

from flowkit.base.call_site import users_caller
from flowkit.base.errors import OutputUseError
from flowkit.base.problems import Problem
from flowkit.builders.invalid import MAKE_NATIVE
from flowkit.draft.nodes import Node

_ENDS: Final = frozenset({"roots", "leaves"})


def airflow_attribute(connectable: object, name: str, nodes: Callable[[], Iterable[Node]]) -> Any:
    """
    Return what Airflow's `>>` and `<<` ask *connectable* for; no other code sees it.

    Args:
        connectable: A task, a group or a flow.

        name: The name of the attribute.

        nodes: Returns its nodes.

    Raises:
        AttributeError: If it is something else, or asked for by other code.
    """
    asking = sys._getframe(2).f_globals.get("__name__")
    if str(asking).startswith("airflow."):
        if name == "update_relative":
            return _relation_with(connectable, nodes)
        if name in _ENDS:
            _record(connectable, nodes)
            return ()
    msg = f"{type(connectable).__name__!r} object has no attribute {name!r}"
    raise AttributeError(msg)


def _relation_with(connectable: object, nodes: Callable[[], Iterable[Node]]) -> Callable[..., None]:
    def update_relative(other: Any, *_: object, **__: object) -> None:
        problem = _record(connectable, nodes)
        # Without a DAG, Airflow fails with an error of its own, which names no cure.
        if not other.has_dag():
            raise OutputUseError(problem)

    return update_relative


def _record(connectable: object, nodes: Callable[[], Iterable[Node]]) -> Problem:
    found = dict.fromkeys(nodes())
    names = ", ".join(repr(node.id) for node in found)
    message = (
        f"An arrow connects an operator or a TaskGroup of Airflow with {names} of flowkit: arrows connect tasks, "
        "groups and lists of them."
    )
    problem = Problem("FK008", message, MAKE_NATIVE, users_caller())
    # In the nodes themselves: a pipeline may hold them already.
    for node in found:
        if problem not in node.problems:
            object.__setattr__(node, "problems", (*node.problems, problem))
    if hasattr(connectable, "_head"):  # a group: changed copies of it share this
        cast("Any", connectable).__flowkit_note__((problem,))
    return problem
