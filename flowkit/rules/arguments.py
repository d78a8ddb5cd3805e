"""
Whether functions and operators can be called with the arguments that they were given.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import attrs

from flowkit.base.airflow_versions import CONTEXT_KEYS
from flowkit.base.lazy_names import is_lazy
from flowkit.base.problems import Problem
from flowkit.base.suggestions import did_you_mean
from flowkit.model.calls import OperatorCall, PythonCall
from flowkit.rules.signatures import SET_BY_FLOWKIT, constructor_of, signature_of

Report = Callable[[str, str, str], None]
"""Takes the code, the message and the cure of a problem."""

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def signature_names(call: PythonCall) -> tuple[str, ...]:
    """
    Return the names of the parameters of a function; none where Python does not know them.
    """
    signature = signature_of(call.function)
    return () if signature is None else tuple(signature.parameters)


def fitted(call: PythonCall, problems: list[Problem], *, mapped: Collection[str] = ()) -> PythonCall:
    """
    Return *call* as Airflow can make it, and report in *problems* why it could not be made.

    Airflow puts its context into the call by name, and refuses a positional argument for a parameter that bears the
    name of a key of it (`params`, `conn`, `ds`, …) only when the task runs. By keyword the same argument is welcome.
    """
    signature = signature_of(call.function)
    if signature is None:
        return call

    def report(code: str, message: str, hint: str) -> None:
        problems.append(Problem(code, message, hint, call.location))

    for name, parameter in signature.parameters.items():
        if name in CONTEXT_KEYS and parameter.default not in (None, inspect.Parameter.empty):
            message = (
                f"Parameter {name!r} of {call.name}() has the name of a key of Airflow's context, and a default of "
                "its own: Airflow refuses such a function."
            )
            report("FK305", message, f"Rename the parameter, or write {name}=None.")
    call = _by_keyword(call, signature, report)
    for message, hint in _misfits(call, signature, mapped):
        report("FK304", message, hint)
    return call


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
            return call  # too many arguments: reported as what it is
        if parameter.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD:
            message = (
                f"{call.name}() takes {parameters[first].name!r}, the name of a key of Airflow's context, as a "
                "positional argument that cannot be given by keyword: Airflow refuses that when the task runs."
            )
            report("FK305", message, f"Rename the parameter {parameters[first].name!r}.")
            return call
        if parameter.name in call.kwargs:
            return call  # given twice: the misfit is reported as what it is
        moved[parameter.name] = value
    if len(moved) < len(call.args) - first:
        return call  # too many arguments: reported as what it is
    return attrs.evolve(call, args=call.args[:first], kwargs={**moved, **call.kwargs})


def _misfits(
    call: PythonCall, signature: inspect.Signature, mapped: Collection[str]
) -> Iterator[tuple[str, str]]:
    parameters = signature.parameters
    positional = [p for p in parameters.values() if p.kind in _POSITIONAL]
    takes_more = any(p.kind is p.VAR_POSITIONAL for p in parameters.values())
    takes_any_name = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    if len(call.args) > len(positional) and not takes_more:
        yield (
            f"{call.name}() takes {_arguments(len(positional))} by position, and got {len(call.args)}.",
            _shown(call, signature),
        )
    filled = {p.name for p in positional[: len(call.args)]}
    named = [p.name for p in parameters.values() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    nameless: set[str] = set()
    for name in call.kwargs:
        if name in filled and name in named:
            yield f"{call.name}() got {name!r} twice: by position and by keyword.", "Give it once."
        elif (
            name in parameters
            and parameters[name].kind is inspect.Parameter.POSITIONAL_ONLY
            and not takes_any_name
        ):
            nameless.add(name)
            yield f"{call.name}() takes {name!r} by position, not by keyword.", "Give it without the name."
        elif name not in named and not takes_any_name:
            hint = did_you_mean(name, named, otherwise=_shown(call, signature))
            yield f"{call.name}() has no parameter {name!r}.", hint
    given = filled | nameless | {name for name in call.kwargs if name in named} | set(mapped)
    missing = [
        p.name
        for p in parameters.values()
        if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        and p.default is p.empty
        and p.name not in given
        and p.name not in CONTEXT_KEYS  # Airflow gives these itself
    ]
    if missing:
        names = ", ".join(repr(name) for name in missing)
        yield f"{call.name}() lacks an argument for {names}.", _shown(call, signature)


def _arguments(count: int) -> str:
    return f"{count or 'no'} argument{'' if count == 1 else 's'}"


class _Dots:
    def __repr__(self) -> str:
        return "…"


_DOTS = _Dots()


def _shown(call: PythonCall, signature: inspect.Signature) -> str:
    # Without defaults: a message carries no values.
    bare = [
        parameter.replace(
            default=parameter.empty if parameter.default is parameter.empty else _DOTS,
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
) -> None:
    """
    Report in *problems* which arguments of an operator its constructors do not take, and which they lack.

    *mapped* are the arguments that the operator is mapped over; `None`: any others may come when it runs.
    """
    stand_in: object = call.operator
    if is_lazy(stand_in):
        from flowkit.analysis.operators import operator_problem

        problem = operator_problem(stand_in, call.location)
        if problem is not None:
            problems.append(problem)
            return
    constructor = constructor_of(call.operator)
    if constructor.open:
        return

    def report(code: str, message: str, hint: str) -> None:
        problems.append(Problem(code, message, hint, call.location))

    for name in (*call.kwargs, *(mapped or ())):
        if name in constructor.own or (name in constructor.options and name in (mapped or ())):
            continue  # Airflow maps options such as `env` of a task as well as arguments
        if name in SET_BY_FLOWKIT:
            hint = "Leave it out: flowkit sets it."
            report(
                "FK303",
                f"operator({call.name}, …) got {name!r}, which flowkit itself gives to Airflow.",
                hint,
            )
        elif name in constructor.options or name == "pod":
            message = (
                f"operator({call.name}, …) got {name!r}, which every task has: it is an option of the task."
            )
            report("FK303", message, f"Give it to the task: task(…, operator({call.name}, …), {name}=…).")
        else:
            hint = did_you_mean(
                name,
                sorted(constructor.own),
                otherwise=f"It takes: {', '.join(sorted(constructor.own)) or 'none'}.",
            )
            report("FK301", f"{call.name} has no argument {name!r}.", hint)
    missing = sorted(constructor.required - set(call.kwargs) - set(options) - set(mapped or ()))
    if missing and mapped is not None:
        names = ", ".join(repr(name) for name in missing)
        example = ", ".join(f"{name}=…" for name in missing)
        report("FK302", f"{call.name} lacks {names}.", f"Write operator({call.name}, {example}).")
