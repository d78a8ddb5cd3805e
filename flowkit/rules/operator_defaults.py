"""
What `.operator_defaults(…)` takes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, final

from flowkit.analysis.constructor_chain import SET_BY_FLOWKIT
from flowkit.base.call_site import caller
from flowkit.base.lazy_names import is_lazy
from flowkit.base.problems import Problem
from flowkit.base.record import record
from flowkit.base.recording import recorded_in
from flowkit.model.calls import OperatorCall
from flowkit.rules.messages import set_by_flowkit
from flowkit.rules.option_rules import TASK_OPTIONS
from flowkit.rules.signatures import constructor_of


def checked_operator_defaults(
    arguments: Mapping[str, Any], *, call: str, problems: list[Problem]
) -> dict[str, Any]:
    """
    Return those *arguments* that may be arguments of operators; what is wrong with the others is added to *problems*.

    Whether an operator takes them is known only when the whole pipeline is.

    Args:
        arguments: The defaults by name.

        call: The user's call, such as `Pipeline('orders').operator_defaults()`. Messages begin with it.

        problems: Gets what is wrong, at the line of the user's call.
    """
    checked: dict[str, Any] = {}
    for name, value in arguments.items():
        if name in TASK_OPTIONS:
            message = f"{call} got {name!r}, which is an option of tasks."
            problems.append(Problem("FK309", message, f"Write .defaults({name}=…).", caller()))
        elif name in SET_BY_FLOWKIT:
            message, hint = set_by_flowkit(call, name)
            if name == "default_args":
                hint = "Pass each argument by name: .operator_defaults(conn_id=…)."
            problems.append(Problem("FK309", message, hint, caller()))
        elif recorded := recorded_in(value):
            problems.extend(recorded)
        else:
            checked[name] = value
    return checked


@final
@record
class Taken:
    """
    What an operator takes of the defaults in effect.
    """

    known: frozenset[str] | None
    """The names of all arguments that it takes; `None` if it may take any."""

    by_airflow: tuple[str, ...] = ()
    """The defaults that Airflow fills in from `default_args`."""

    by_flowkit: tuple[str, ...] = ()
    """The others: no constructor names them in its signature, as with `kwargs.pop("table")`."""


def taken_defaults(call: OperatorCall, names: Collection[str]) -> Taken:
    """
    Return which of *names* an operator takes as arguments.
    """
    stand_in: object = call.operator
    if is_lazy(stand_in):
        from flowkit.analysis.operators import operator_problem

        if operator_problem(stand_in, call.location) is not None:
            return Taken(None)  # reported elsewhere
    constructor = constructor_of(call.operator)
    known = constructor.own - TASK_OPTIONS
    taken = [name for name in names if name in known]
    return Taken(
        None if constructor.open else known,
        tuple([name for name in taken if name in constructor.defaults]),
        tuple([name for name in taken if name not in constructor.defaults]),
    )
