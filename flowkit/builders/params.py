"""
The params of a run, as an argument.
"""

from __future__ import annotations

from typing import TypeVar, cast

from flowkit.base.call_site import caller
from flowkit.base.errors import DefinitionError
from flowkit.base.lazy_names import real
from flowkit.base.problems import Problem
from flowkit.draft.placeholders import ParamsMark
from flowkit.model.params import fields_of, is_params_class

C = TypeVar("C")


def params(params_class: type[C], /) -> C:
    """
    Return the params of the run as an instance of *params_class*, to a type checker; as an argument for a function.

    The pipeline has to have them: `Pipeline("etl", params=Options).task("show", python(show, params(Options)))`.

    Args:
        params_class: An attrs class or a dataclass. Each of its fields is one param.

    Raises:
        DefinitionError: If it is neither, or a field has a type that Airflow's trigger form has no field for.
    """
    params_class = real(params_class)
    if not is_params_class(params_class):
        name = getattr(params_class, "__name__", type(params_class).__name__)
        message = f"params() takes an attrs class or a dataclass, not {name}."
        raise DefinitionError(Problem("FK008", message, "Write @attrs.frozen above the class.", caller()))
    fields_of(params_class)
    return cast("C", ParamsMark(params_class))
