"""
The signatures of functions and the constructors of operators.
"""

from __future__ import annotations

import contextlib
import inspect
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import Any, final

import attrs

from flowkit.base.lazy_names import import_of, is_lazy, real
from flowkit.base.operator_classes import is_operator_class
from flowkit.model.options import TaskOptions

# The arguments that flowkit itself passes to every operator.
SET_BY_FLOWKIT = frozenset({"task_id", "dag", "task_group", "default_args"})

_TASK_OPTIONS = frozenset(TaskOptions.__annotations__) - {"pod"}

_signatures: weakref.WeakKeyDictionary[Callable[..., Any], inspect.Signature | None] = (
    weakref.WeakKeyDictionary()
)


def signature_of(function: Callable[..., Any]) -> inspect.Signature | None:
    """
    Return the signature of *function*; `None` if Python does not know it, as for some builtins.
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


def _read(function: Callable[..., Any]) -> inspect.Signature | None:
    try:
        return inspect.signature(function)
    except Exception:  # noqa: BLE001 - Python knows none, or an attribute of the callable object raises
        return None


def positional_names(function: Callable[..., Any], count: int) -> list[str]:
    """
    Return the names of the parameters of *function* that take the first *count* positional arguments; empty texts for
    those that have none.
    """
    signature = None if is_lazy(function) else signature_of(function)
    names: list[str] = []
    for parameter in signature.parameters.values() if signature else ():
        if parameter.kind is parameter.VAR_POSITIONAL:
            names += [parameter.name] * (count - len(names))
        elif parameter.kind in {parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD}:
            names.append(parameter.name)
    return [*names, *[""] * count][:count]


@final
@attrs.frozen
class Constructor:
    """
    The arguments of all constructors of an operator, from its own class up to Airflow's `BaseOperator`.
    """

    own: frozenset[str]
    """The arguments of the operator and its bases, without the options of every task."""

    required: frozenset[str]
    """The required arguments of the operator's own constructor."""

    options: frozenset[str]
    """The options of every task, which belong in `task(…)`."""

    open: bool
    """Whether any argument may be valid, as Python does not know the signature of a constructor."""


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
            return join_inits((init.parameters, init.passes_on, init.is_operator) for init in source.inits)
        operator = real(operator)
    constructor = _constructors.get(operator)
    if constructor is None:
        constructor = _constructors[operator] = _read_constructor(operator)
    return constructor


def _read_constructor(operator: type[Any]) -> Constructor:
    inits: list[tuple[Mapping[str, bool], bool, bool]] = []
    options = _TASK_OPTIONS
    for cls in operator.__mro__:
        init = cls.__dict__.get("__init__")
        if init is None or cls is object:
            continue
        signature = signature_of(init)
        if signature is None:
            return Constructor(frozenset(), frozenset(), options, open=True)
        parameters = _named(signature)
        if cls.__name__ == "BaseOperator":
            options |= set(parameters) - SET_BY_FLOWKIT
            break
        required = {name: default is inspect.Parameter.empty for name, default in parameters.items()}
        passes_on = any(
            parameter.kind is parameter.VAR_KEYWORD for parameter in signature.parameters.values()
        )
        # The constructor of a mixin does not end the chain.
        inits.append((required, passes_on, is_operator_class(cls)))
    return join_inits(inits, options)


def join_inits(
    inits: Iterable[tuple[Mapping[str, bool], bool, bool]], options: frozenset[str] = _TASK_OPTIONS
) -> Constructor:
    """
    Return the arguments that a chain of constructors takes together.

    Args:
        inits: For each constructor: its parameters and whether each is required, whether it has `**kwargs`, and whether
            its class is an operator.

        options: The arguments of the last one, that of `BaseOperator`.
    """
    own: set[str] = set()
    required: frozenset[str] | None = None
    for parameters, passes_on, is_operator in inits:
        own |= set(parameters)
        if required is None:
            required = frozenset(name for name, needed in parameters.items() if needed)
        if not passes_on and is_operator:
            # It ends the chain: the arguments of its bases cannot be given.
            options = _TASK_OPTIONS - own
            break
    return Constructor(
        own=frozenset(own - SET_BY_FLOWKIT),
        required=(required or frozenset()) - SET_BY_FLOWKIT,
        options=options,
        open=False,
    )


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
        if source is not None:
            return source.template_fields
        operator = real(operator)
    fields = getattr(operator, "template_fields", ())
    if isinstance(fields, str):
        return frozenset({fields})
    try:
        return frozenset(fields)
    except TypeError:  # a property: its value is known at run time only
        return frozenset()


def _named(signature: inspect.Signature) -> Mapping[str, Any]:
    fixed = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {
        name: parameter.default
        for name, parameter in signature.parameters.items()
        if parameter.kind in fixed and name != "self"
    }
