"""
Whether functions and operators can be called with the given arguments.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from flowkit.analysis.constructor_chain import SET_BY_FLOWKIT, Constructor
from flowkit.base.airflow_versions import CONTEXT_KEYS
from flowkit.base.lazy_names import is_lazy
from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.model.calls import OperatorCall, PythonCall
from flowkit.rules.messages import (
    closed_constructor,
    context_key_default,
    option_not_taken,
    set_by_class,
    set_by_flowkit,
    task_option,
    unexpected_argument,
)
from flowkit.rules.signatures import constructor_of, signature_of

Report = Callable[[str, str, str], None]
"""Called with the code, the message and the hint of a problem."""

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def signature_names(call: PythonCall) -> tuple[str, ...]:
    """
    Return the names of the parameters of a function; empty if Python does not know them.
    """
    signature = signature_of(call.function)
    return () if signature is None else tuple(signature.parameters)


def fitted(call: PythonCall, problems: list[Problem], *, mapped: Collection[str] = ()) -> PythonCall:
    """
    Return *call* in a form that Airflow accepts, and append to *problems* why it would fail.

    Airflow passes its context by name. It rejects a positional argument for a parameter named like a key of the context
    (`params`, `conn`, `ds`, …), and only when the task runs. It accepts the same argument by keyword.
    """
    signature = signature_of(call.function)
    if signature is None:
        return call

    def report(code: str, message: str, hint: str) -> None:
        problems.append(Problem(code, message, hint, call.location))

    for name, parameter in signature.parameters.items():
        if name in CONTEXT_KEYS and parameter.default not in (None, inspect.Parameter.empty):
            report("FK305", *context_key_default(call.name, name))
    call = _by_keyword(call, signature, report)
    for message, hint in (*_supplied_by_position(call, signature), *_mismatches(call, signature, mapped)):
        report("FK304", message, hint)
    return call


# What task decorators of Airflow's providers pass to the function themselves, by name.
_SUPPLIED: Mapping[str, frozenset[str]] = {
    "pyspark": frozenset({"spark", "sc"}),
    "snowpark": frozenset({"session"}),
}
SUPPLIED_NAMES: Final[frozenset[str]] = frozenset[str]().union(*_SUPPLIED.values())
"""All names of arguments that task decorators are known to pass."""

_SUPPLYING_NOTHING = frozenset(
    {
        "bash",
        "branch",
        "branch_external_python",
        "branch_virtualenv",
        "docker",
        "external_python",
        "kubernetes",
        "python",
        "sensor",
        "short_circuit",
        "virtualenv",
    }
)


def _is_supplied(call: PythonCall, name: str) -> bool:
    """
    Return whether the decorator of a call may pass the argument *name*.
    """
    if call.decorator is None or call.decorator.name in _SUPPLYING_NOTHING:
        return False
    # What other decorators pass is known only to Airflow, which also checks the arguments.
    return name in _SUPPLIED.get(call.decorator.name, (name,))


def _supplied_by_position(call: PythonCall, signature: inspect.Signature) -> Iterator[tuple[str, str]]:
    supplied = () if call.decorator is None else _SUPPLIED.get(call.decorator.name, ())
    for name in list(signature.parameters)[: len(call.args)] if supplied else ():
        if name in supplied and call.decorator is not None:
            message = (
                f"{call.name}() got a positional argument for {name!r}, which @task.{call.decorator.name} itself "
                "passes by name."
            )
            yield message, "Pass the other arguments by name."


def _by_keyword(call: PythonCall, signature: inspect.Signature, report: Report) -> PythonCall:
    parameters = list(signature.parameters.values())[: len(call.args)]
    first = next(
        (
            index
            for index, parameter in enumerate(parameters)
            if parameter.kind in _POSITIONAL and parameter.name in CONTEXT_KEYS
        ),
        None,
    )
    if first is None:
        return call

    moved: dict[str, Any] = {}
    for parameter, value in zip(list(signature.parameters.values())[first:], call.args[first:], strict=False):
        if parameter.kind in (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD):
            return call  # too many arguments, which are reported as such
        if parameter.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD:
            message = (
                f"Parameter {parameters[first].name!r} of {call.name}() is named like a key of Airflow's context, and "
                "cannot be passed by keyword: Airflow rejects that when the task runs."
            )
            report("FK305", message, f"Rename the parameter {parameters[first].name!r}.")
            return call
        if parameter.name in call.kwargs:
            return call  # passed twice, which is reported as such
        moved[parameter.name] = value
    if len(moved) < len(call.args) - first:
        return call  # too many arguments, which are reported as such
    return evolve(call, args=call.args[:first], kwargs={**moved, **call.kwargs})


def _mismatches(
    call: PythonCall, signature: inspect.Signature, mapped: Collection[str]
) -> Iterator[tuple[str, str]]:
    parameters = signature.parameters
    positional = [p for p in parameters.values() if p.kind in _POSITIONAL]
    has_var_positional = any(p.kind is p.VAR_POSITIONAL for p in parameters.values())
    has_var_keyword = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    if len(call.args) > len(positional) and not has_var_positional:
        yield (
            f"{call.name}() takes {_count(len(positional))}, but got {len(call.args)}.",
            _signature_hint(call, signature),
        )
    filled = {p.name for p in positional[: len(call.args)]}
    named = [p.name for p in parameters.values() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    positional_only: set[str] = set()
    for name in call.kwargs:
        if name in filled and name in named:
            yield f"{call.name}() got multiple values for {name!r}.", "Pass it only once."
        elif (
            name in parameters
            and parameters[name].kind is inspect.Parameter.POSITIONAL_ONLY
            and not has_var_keyword
        ):
            positional_only.add(name)
            yield f"{call.name}() takes {name!r} as a positional argument only.", "Pass it without its name."
        elif name not in named and not has_var_keyword:
            hint = _signature_hint(call, signature)
            yield unexpected_argument(f"{call.name}()", name, named, otherwise=hint)
    given = filled | positional_only | {name for name in call.kwargs if name in named} | set(mapped)
    missing = _missing(call, parameters, given)
    if missing:
        names = f"argument{'s' if len(missing) > 1 else ''} {', '.join(map(repr, missing))}"
        yield f"{call.name}() is missing the {names}.", _signature_hint(call, signature)


def _missing(
    call: PythonCall, parameters: Mapping[str, inspect.Parameter], given: Collection[str]
) -> list[str]:
    return [
        p.name
        for p in parameters.values()
        if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        and p.default is p.empty
        and p.name not in given
        and p.name not in CONTEXT_KEYS  # Airflow passes these
        and not _is_supplied(call, p.name)
    ]


def _count(count: int) -> str:
    return f"{count or 'no'} positional argument{'' if count == 1 else 's'}"


class _Ellipsis:
    def __repr__(self) -> str:
        return "…"


_ELLIPSIS = _Ellipsis()


def _signature_hint(call: PythonCall, signature: inspect.Signature) -> str:
    # Without defaults: messages hold no values.
    bare = [
        parameter.replace(
            default=parameter.empty if parameter.default is parameter.empty else _ELLIPSIS,
            annotation=parameter.empty,
        )
        for parameter in signature.parameters.values()
    ]
    return f"Its signature is {call.name}{inspect.Signature(bare)}."


def check_operator(
    call: OperatorCall,
    options: Mapping[str, Any],
    problems: list[Problem],
    *,
    mapped: Collection[str] | None = (),
    inherited: Collection[str] = (),
) -> None:
    """
    Append to *problems* which arguments of an operator are unexpected, and which are missing.

    *mapped* are the arguments that the operator is mapped over; `None` if they are known at run time only. *inherited*
    are those that it gets from `.operator_defaults(…)`.
    """
    stand_in: object = call.operator
    if is_lazy(stand_in):
        from flowkit.analysis.operators import operator_problem

        problem = operator_problem(stand_in, call.location)
        if problem is not None:
            problems.append(problem)
            return
    constructor = constructor_of(call.operator)
    problems.extend(_name_problems(call, constructor, mapped or ()))
    missing = sorted(
        constructor.required - set(call.kwargs) - set(options) - set(mapped or ()) - set(inherited)
    )
    if missing and mapped is not None:
        message = f"{call.name} is missing {', '.join(map(repr, missing))}."
        problems.append(Problem("FK302", message, _missing_hint(call, constructor, missing), call.location))
    problems.extend(_option_problems(call, constructor, options, mapped=mapped))


def _missing_hint(call: OperatorCall, constructor: Constructor, missing: list[str]) -> str:
    # An operator that accepts any name accepts misspelt ones.
    unknown = [name for name in call.kwargs if name not in constructor.own] if constructor.open else []
    for name in missing:
        for similar in get_close_matches(name, unknown, n=1):
            return f"Did you mean {name!r} in place of {similar!r}?"
    return f"Write operator({call.name}, {', '.join(f'{name}=…' for name in missing)})."


def _name_problems(
    call: OperatorCall, constructor: Constructor, mapped: Collection[str]
) -> Iterator[Problem]:
    """
    Yield the problems of arguments that the operator does not take.
    """
    shown = f"operator({call.name}, …)"
    for name in (*call.kwargs, *mapped):
        # Airflow maps options such as `env` of a task as well as arguments.
        if name in constructor.own or (name in mapped and name in constructor.options):
            continue
        if name in SET_BY_FLOWKIT:
            yield Problem("FK303", *set_by_flowkit(shown, name), call.location)
        elif name in constructor.options or name == "pod":
            correct = f"task(…, {shown}, {name}=…)"
            yield Problem("FK303", *task_option(shown, name, correct), call.location)
        elif call.any_names or constructor.accepts(name):
            continue
        elif name in constructor.fixed:
            yield Problem("FK311", *set_by_class(call.name, name, constructor.fixed[name]), call.location)
        else:
            own = sorted(constructor.own)
            otherwise = f"Its arguments are: {', '.join(own) or 'none'}."
            what = unexpected_argument(call.name, name, own, otherwise=otherwise)
            yield Problem("FK301", *what, call.location)


def _option_problems(
    call: OperatorCall,
    constructor: Constructor,
    options: Mapping[str, Any],
    *,
    mapped: Collection[str] | None,
) -> Iterator[Problem]:
    """
    Yield the problems of the task's own options: those that the operator sets itself, and those that it does not take.
    """
    for name in (*options, "task_id") if constructor.fixed else ():
        if name in constructor.fixed:
            cls = constructor.fixed[name]
            yield Problem("FK311", *set_by_class(call.name, name, cls), call.location)
    if not constructor.closed:
        return
    if mapped != ():
        yield Problem("FK312", *closed_constructor(call.name), call.location)
    for name in options:
        if name not in constructor.options and name not in constructor.own:
            yield Problem("FK312", *option_not_taken(call.name, name), call.location)
