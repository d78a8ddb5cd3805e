"""
What functions and operators take.
"""

from __future__ import annotations

import contextlib
import inspect
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import Any, final

import attrs

from flowkit.base.lazy_names import import_of, is_lazy, real
from flowkit.model.options import TaskOptions

# What flowkit itself gives to every operator.
SET_BY_FLOWKIT = frozenset({"task_id", "dag", "task_group", "default_args"})

_TASK_OPTIONS = frozenset(TaskOptions.__annotations__) - {"pod"}

_signatures: weakref.WeakKeyDictionary[Callable[..., Any], inspect.Signature | None] = (
    weakref.WeakKeyDictionary()
)


def signature_of(function: Callable[..., Any]) -> inspect.Signature | None:
    """
    Return the signature of *function*; `None` where Python does not know it, as for some built-in functions.
    """
    try:
        if function in _signatures:
            return _signatures[function]
    except Exception:  # noqa: BLE001 - a callable object need not be hashable, and its own __hash__ may do anything
        return _read(function)
    found = _read(function)
    with contextlib.suppress(TypeError):
        _signatures[function] = found
    return found


def _read(function: Callable[..., Any]) -> inspect.Signature | None:
    try:
        return inspect.signature(function)
    except Exception:  # noqa: BLE001 - Python knows none, or a callable object refuses to be asked
        return None


@final
@attrs.frozen
class Constructor:
    """
    What the constructors of an operator take, from its own class up to Airflow's `BaseOperator`.
    """

    own: frozenset[str]
    """The arguments of the operator and its bases, without those that every task has."""

    required: frozenset[str]
    """Those without which the operator's own constructor cannot be called."""

    options: frozenset[str]
    """What every task takes: it belongs to `task(…)`."""

    open: bool
    """Whether nothing can be said: a constructor takes positional or unknown arguments in a way of its own."""


_constructors: weakref.WeakKeyDictionary[type[Any], Constructor] = weakref.WeakKeyDictionary()


def constructor_of(operator: type[Any]) -> Constructor:
    """
    Return what the constructors of *operator* take, without making one.

    Of an operator that was imported lazily its source is read; where that does not say enough, it is imported.
    """
    stand_in: object = operator
    if is_lazy(stand_in):
        from flowkit.analysis.operators import at_hand, operator_source

        source = operator_source(stand_in) if at_hand(stand_in) is None else None
        if source is not None:
            inits = ((init.parameters, init.passes_on, init.operator) for init in source.inits)
            return joined(inits)
        operator = real(operator)
    found = _constructors.get(operator)
    if found is None:
        found = _constructors[operator] = _read_constructor(operator)
    return found


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
        more = any(parameter.kind is parameter.VAR_KEYWORD for parameter in signature.parameters.values())
        inits.append((required, more, _is_operator(cls)))
    return joined(inits, options)


def joined(
    inits: Iterable[tuple[Mapping[str, bool], bool, bool]], options: frozenset[str] = _TASK_OPTIONS
) -> Constructor:
    """
    Join constructors, each given as its parameters, whether it passes others on, and whether it is an operator's.

    *options* is what the last one of all, that of `BaseOperator`, takes.
    """
    own: set[str] = set()
    required: frozenset[str] | None = None
    for parameters, passes_on, is_operators in inits:
        own |= set(parameters)
        if required is None:
            required = frozenset(name for name, needed in parameters.items() if needed)
        if not passes_on and is_operators:
            # It ends the chain, and takes nothing that only classes behind it would take.
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
    The template fields of a class that cannot be imported: nothing can be said against any argument.
    """

    def __contains__(self, _: object) -> bool:
        return True


def template_fields_of(operator: type[Any]) -> frozenset[str]:
    """
    Return the names of the arguments that Airflow renders before *operator* runs.
    """
    stand_in: object = operator
    if is_lazy(stand_in):
        from flowkit.analysis.operators import at_hand, operator_problem, operator_source

        # That it cannot be imported is reported as what it is, and once.
        if operator_problem(stand_in, import_of(stand_in).location) is not None:
            return _Anything()
        source = operator_source(stand_in) if at_hand(stand_in) is None else None
        if source is not None:
            return source.template_fields
        operator = real(operator)
    fields = getattr(operator, "template_fields", ())
    if isinstance(fields, str):
        return frozenset({fields})
    try:
        return frozenset(fields)
    except TypeError:  # a property: only the operator itself knows
        return frozenset()


def _is_operator(cls: type[Any]) -> bool:
    # A class that is mixed in has a constructor of its own, which ends nothing.
    return any(base.__name__ == "BaseOperator" for base in cls.__mro__)


def _named(signature: inspect.Signature) -> Mapping[str, Any]:
    fixed = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {
        name: parameter.default
        for name, parameter in signature.parameters.items()
        if parameter.kind in fixed and name != "self"
    }
