"""
The signatures of functions and the constructors of operators.
"""

from __future__ import annotations

import contextlib
import inspect
import weakref
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType
from typing import Any

from flowkit.analysis.constructor_chain import Constructor, joined
from flowkit.base.lazy_names import import_of, is_lazy, real

_signatures: weakref.WeakKeyDictionary[Callable[..., Any], inspect.Signature | None] = (
    weakref.WeakKeyDictionary()
)


def signature_of(function: Callable[..., Any]) -> inspect.Signature | None:
    """
    Return the signature of *function*: of what is left to give, if it is a partial or has a wrapper that supplies
    arguments. `None` if it is not known, as for some builtins.
    """
    try:
        if function in _signatures:
            return _signatures[function]
    except Exception:  # noqa: BLE001 - a callable object may be unhashable, and its __hash__ may raise anything
        return _read(function)
    signature = _read(function)
    with contextlib.suppress(TypeError):
        _signatures[function] = signature
    return signature


def may_be_wrapped(function: object) -> bool:
    """
    Return whether the parameters of *function* may be others than those that can be given.
    """
    # A plain function, or a class or a builtin, which no wrapper can be.
    return not (type(function) is FunctionType and not vars(function)) and not isinstance(
        function, type | BuiltinFunctionType
    )


def _read(function: Callable[..., Any]) -> inspect.Signature | None:
    try:
        if not may_be_wrapped(function):
            return inspect.signature(function)
        from flowkit.analysis.wrappers import signature_left  # few functions have a wrapper

        return signature_left(function)
    except Exception:  # noqa: BLE001 - Python knows none, or an attribute of the callable object raises
        return None


def _shown(function: Callable[..., Any]) -> inspect.Signature | None:
    # Better than nothing where it is not clear what a wrapper supplies: names tell secrets.
    with contextlib.suppress(Exception):
        return inspect.signature(function)
    return None


def positional_names(function: Callable[..., Any], count: int) -> list[str]:
    """
    Return the names of the parameters of *function* that take the first *count* positional arguments; empty texts for
    those that have none.
    """
    signature = None if is_lazy(function) else signature_of(function) or _shown(function)
    names: list[str] = []
    for parameter in signature.parameters.values() if signature else ():
        if parameter.kind is parameter.VAR_POSITIONAL:
            names += [parameter.name] * (count - len(names))
        elif parameter.kind in {parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD}:
            names.append(parameter.name)
    return [*names, *[""] * count][:count]


_constructors: weakref.WeakKeyDictionary[type[Any], Constructor] = weakref.WeakKeyDictionary()


def constructor_of(operator: type[Any]) -> Constructor:
    """
    Return the arguments of the constructors of *operator*.

    An operator that was imported lazily is only imported if its source is not clear.
    """
    stand_in: object = operator
    if is_lazy(stand_in):
        from flowkit.analysis.operators import loaded_if_needed, operator_source

        source = operator_source(stand_in) if loaded_if_needed(stand_in) is None else None
        if source is not None:
            return joined(source.links)
        operator = real(operator)
    constructor = _constructors.get(operator)
    if constructor is None:
        from flowkit.analysis.operator_objects import links_of_class, options_of_class

        constructor = joined(links_of_class(operator), options_of_class(operator))
        _constructors[operator] = constructor
    return constructor


class _Anything(frozenset[str]):
    """
    The template fields of a class that cannot be imported: any argument may be one.
    """

    def __contains__(self, _: object) -> bool:
        return True


def template_fields_of(operator: type[Any]) -> frozenset[str]:
    """
    Return the names of the arguments that Airflow renders before *operator* runs.
    """
    stand_in: object = operator
    if is_lazy(stand_in):
        from flowkit.analysis.operators import loaded_if_needed, operator_problem, operator_source

        # The failed import is reported elsewhere, once.
        if operator_problem(stand_in, import_of(stand_in).location) is not None:
            return _Anything()
        source = operator_source(stand_in) if loaded_if_needed(stand_in) is None else None
        if source is not None and source.template_fields is not None:
            return source.template_fields
        operator = real(operator)
    fields = getattr(operator, "template_fields", ())
    if isinstance(fields, str):
        return frozenset({fields})
    try:
        return frozenset(fields)
    except TypeError:  # a property: its value is known at run time only
        return frozenset()
