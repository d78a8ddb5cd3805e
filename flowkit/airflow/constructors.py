"""
Gives the constructors of operators real values, and puts the placeholders into the template fields afterwards.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Mapping
from operator import is_
from typing import Any

from flowkit.airflow.arguments import CanonicalValue
from flowkit.airflow.quick_constructor import construct
from flowkit.model.values import INSIDE, map_values


def constructed(make: Callable[..., Any], arguments: Mapping[str, Any], **options: Any) -> Any:
    """
    Return the operator that *make* creates from *arguments* and *options*.

    Args:
        make: The class.

        arguments: The operator's own arguments, with `CanonicalValue`s in place of sets and records.

        options: All other arguments.
    """
    shown = {name: _shown(value) for name, value in arguments.items()}
    operator = construct(make, {**shown, **options})
    _replace(operator, shown, arguments)
    return operator


def show_values_to_instances(mapped: Any, arguments: Mapping[str, Any]) -> None:
    """
    Let the operators that Airflow makes of a mapped one for each item get real values, too.

    Args:
        mapped: Airflow's `MappedOperator`.

        arguments: All arguments of the operator, mapped or not, with `CanonicalValue`s in place of sets and records.
    """
    if any(_shown(value) is not value for value in arguments.values()):
        mapped.unmap = functools.partial(_unmap, mapped)


def _unmap(mapped: Any, resolve: Mapping[str, Any]) -> Any:
    given = {**mapped.partial_kwargs, **resolve}
    shown = {name: _shown(value) for name, value in given.items()}
    plain = copy.copy(mapped)
    plain.partial_kwargs = {name: shown.get(name) for name in mapped.partial_kwargs}
    operator = type(mapped).unmap(plain, {name: shown[name] for name in resolve})
    _replace(operator, shown, given)
    return operator


def _shown(value: Any) -> Any:
    return map_values(value, lambda item: item.shown() if isinstance(item, CanonicalValue) else INSIDE)


def _replace(operator: Any, shown: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    if all(map(is_, shown.values(), given.values())):
        return
    for name, value in shown.items():
        # A constructor may have made something else of its argument.
        if (
            value is not given[name]
            and name in operator.template_fields
            and vars(operator).get(name) is value
        ):
            setattr(operator, name, given[name])
