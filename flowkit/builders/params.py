"""
`params`: the params of a run, as an argument of a task.
"""

from __future__ import annotations

from typing import TypeVar, cast

from flowkit.base.lazy_names import real
from flowkit.builders.invalid import raise_invalid
from flowkit.draft.placeholders import ParamsMark
from flowkit.model.params import fields_of, is_params_class

C = TypeVar("C")


def params(params_class: type[C], /) -> C:
    """
    Return a placeholder for the params of the run, typed as *params_class*, to pass to the function of a task.

    The pipeline must have the same params class: `Pipeline("etl", params=Options)`, `python(show, params(Options))`.

    Args:
        params_class: An attrs class or a dataclass. Each of its fields is one param.

    Raises:
        DefinitionError: If it is neither, or Airflow's trigger form has no input for the type of a field.
    """
    params_class = real(params_class)
    if not is_params_class(params_class):
        name = getattr(params_class, "__name__", type(params_class).__name__)
        raise_invalid(
            f"params() takes an attrs class or a dataclass, not {name}",
            "Decorate the class with @attrs.frozen.",
        )
    fields_of(params_class)
    return cast("C", ParamsMark(params_class))
