"""
`params`: the params of a run, as an argument of a task.
"""

from __future__ import annotations

from typing import TypeVar, cast

from flowkit.base.lazy_names import name_of, real
from flowkit.base.problems import Problem
from flowkit.base.recording import recorded
from flowkit.builders.invalid import refuse_invalid
from flowkit.draft.placeholders import ParamsMark
from flowkit.model.params import is_params_class

C = TypeVar("C")


def _no_params(problems: tuple[Problem, ...]) -> ParamsMark:
    return ParamsMark(object, problems=problems)


@recorded(_no_params)
def params(params_class: type[C], /) -> C:
    """
    Return a placeholder for the params of the run, typed as *params_class*, to pass to the function of a task.

    The pipeline must have the same params class: `Pipeline("etl", params=Options)`, `python(show, params(Options))`.

    Args:
        params_class: An attrs class or a dataclass. Each of its fields is one param, of a type that Airflow's trigger
            form has an input for.
    """
    params_class = real(params_class)
    if not is_params_class(params_class):
        refuse_invalid(
            f"params() takes an attrs class or a dataclass, not {name_of(params_class)}",
            "Decorate the class with @attrs.frozen.",
        )
    return cast("C", ParamsMark(params_class))
