"""
Calls the constructors of operators.

They get real values; the placeholders go into the template fields afterwards. Constructors that do not pass on all
arguments find the rest in the context, as they do in hand-written DAGs.
"""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from operator import is_
from types import new_class
from typing import Any

from flowkit.airflow.arguments import CanonicalValue
from flowkit.airflow.quick_constructor import construct
from flowkit.analysis.operator_objects import without_wrapper
from flowkit.model.options import TaskOptions
from flowkit.model.values import INSIDE, map_values
from flowkit.rules.signatures import constructor_of


def constructed(
    make: Callable[..., Any], arguments: Mapping[str, Any], defaults: Mapping[str, Any], **options: Any
) -> Any:
    """
    Return the operator that *make* creates from *arguments* and *options*.

    Args:
        make: The class.

        arguments: The operator's own arguments, with `CanonicalValue`s in place of sets and records.

        defaults: The operator's inherited arguments, in the same form.

        options: All other arguments.
    """
    shown = {name: _shown(value) for name, value in arguments.items()}
    shown_defaults = {name: _shown(value) for name, value in defaults.items()}
    if shown_defaults:
        options["default_args"] = {**options["default_args"], **shown_defaults}
    operator = construct(make, {**shown, **options})
    _replace(operator, {**shown, **shown_defaults}, {**arguments, **defaults})
    return operator


def constructed_in(
    where: Mapping[str, Any],
    operator: type[Any],
    arguments: Mapping[str, Any],
    own: Mapping[str, Any],
    inherited: Mapping[str, Any],
) -> Any:
    """
    Return an operator whose constructors may not pass on all options: it is created within its DAG and group.

    Args:
        where: Its id, DAG and group, by the names of Airflow's arguments.

        operator: The class.

        arguments: Its own arguments, with `CanonicalValue`s in place of sets and records.

        own: The options of the task itself.

        inherited: The options and the arguments that it inherits.
    """
    dag, group = where["dag"], where["task_group"]
    # `BaseOperator` takes what it is not given from the defaults of the DAG.
    defaults = {name: _shown(value) for name, value in {**inherited, **own}.items()}
    before, dag.default_args = dag.default_args, defaults
    try:
        with dag, group:
            if not constructor_of(operator).closed:
                return constructed(operator, arguments, {}, **own, default_args=defaults, **where)
            made = constructed(_opened(operator), arguments, {}, **own, task_id=where["task_id"])
            object.__setattr__(made, "__class__", operator)
            return made
    finally:
        dag.default_args = before


def _opened(operator: type[Any]) -> type[Any]:
    """
    Return a subclass whose constructor drops the arguments that that of *operator* does not take.

    Airflow passes the DAG and `default_args` to the constructor of every operator, even to one that has no `**kwargs`.
    """
    init = without_wrapper(operator.__init__)
    signature = inspect.signature(init)

    def open_init(self: Any, **kwargs: Any) -> None:
        init(self, **{name: value for name, value in kwargs.items() if name in signature.parameters})

    open_init.__signature__ = signature  # type: ignore[attr-defined]
    names = {"__module__": operator.__module__, "__qualname__": operator.__qualname__, "__init__": open_init}
    return new_class(operator.__name__, (operator,), exec_body=lambda namespace: namespace.update(names))


def show_values_to_instances(mapped: Any, arguments: Mapping[str, Any]) -> None:
    """
    Let the operators that Airflow makes of a mapped one for each item get real values, too.

    Args:
        mapped: Airflow's `MappedOperator`.

        arguments: All arguments of the operator, mapped or not, with `CanonicalValue`s in place of sets and records.
    """
    if any(_shown(value) is not value for value in arguments.values()):
        mapped.unmap = functools.partial(_unmap, mapped)


def keep_from_functions(operators: Iterable[Any]) -> None:
    """
    Let the instances of mapped functions not take arguments from the defaults of the DAG and the groups, as Airflow
    would have them: these are for operators.
    """
    for operator in operators:
        if operator.is_mapped and hasattr(operator, "op_kwargs_expand_input"):
            operator.unmap = functools.partial(_unmap_function, operator)


def _unmap_function(mapped: Any, resolve: Any) -> Any:
    def only_options(defaults: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in defaults.items() if name in TaskOptions.__annotations__}

    with _changed_defaults(mapped, only_options):
        return type(mapped).unmap(mapped, resolve)


def show_defaults_to_instances(mapped: Any, defaults: Mapping[str, Any]) -> None:
    """
    Let the instances of a mapped operator get real values from the defaults of the DAG and the groups.

    Args:
        mapped: Airflow's `MappedOperator`.

        defaults: The arguments that it inherits, with `CanonicalValue`s in place of sets and records.
    """
    if any(_shown(value) is not value for value in defaults.values()):
        mapped.unmap = functools.partial(_unmap_with_defaults, mapped, mapped.unmap, defaults)


def _unmap_with_defaults(
    mapped: Any, unmap: Callable[[Any], Any], defaults: Mapping[str, Any], resolve: Any
) -> Any:
    shown: dict[str, Any] = {}

    def show(given: Mapping[str, Any]) -> dict[str, Any]:
        real = {name: _shown(value) for name, value in given.items()}
        shown.update((name, real[name]) for name in defaults if name in real)
        return real

    with _changed_defaults(mapped, show):
        operator = unmap(resolve)
    _replace(operator, shown, {name: defaults[name] for name in shown})
    return operator


@contextmanager
def _changed_defaults(
    mapped: Any, change: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> Generator[None, None, None]:
    """
    Change the defaults of the DAG and the group of *mapped* within the block.
    """
    owners = [mapped.dag, *filter(None, [mapped.task_group])]
    before = [owner.default_args for owner in owners]
    for owner, given in zip(owners, before, strict=True):
        owner.default_args = change(given)
    try:
        yield
    finally:
        for owner, given in zip(owners, before, strict=True):
            owner.default_args = given


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
