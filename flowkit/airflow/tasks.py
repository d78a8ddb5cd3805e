"""
A `TaskSpec` → an operator, by a table with one function for each kind of action.

Each function imports what it needs from Airflow and from pods: a worker loads only what its own DAG needs.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from airflow.sdk import DAG, TaskGroup

from flowkit.airflow.arguments import Lookup, compile_value, holds_reference
from flowkit.airflow.compat import BACKOFF_IS_BOOL, decorators
from flowkit.airflow.quick_constructor import construct
from flowkit.base.errors import PipelineError
from flowkit.base.suggestions import did_you_mean
from flowkit.model.calls import AssetCall, EachCall, NativeCall, OperatorCall, PythonCall
from flowkit.model.defaults import merged
from flowkit.model.pipeline import TaskSpec
from flowkit.rules.callables import callable_of
from flowkit.rules.signatures import constructor_of, template_fields_of

_PLAIN = frozenset({str, int, float, bool, type(None)})
_POD_OPTIONS = frozenset({"pod", "executor_config"})
_DOCS = ("doc", "doc_md", "doc_json", "doc_yaml", "doc_rst")

_cleaned = functools.lru_cache(maxsize=256)(inspect.cleandoc)  # many tasks call one function


def compile_task(task: TaskSpec, dag: DAG, group: TaskGroup, lookup: Lookup) -> Any:
    """
    Return the operator of *task*, or the `NativeNode` in its place, added to *dag* and *group*.
    """
    where = {"task_id": task.id, "dag": dag, "task_group": group}
    return COMPILERS[type(task.action)](task, where, lookup)


def _compile_nothing(task: TaskSpec, where: dict[str, Any], _lookup: Lookup) -> Any:
    from airflow.providers.standard.operators.empty import EmptyOperator

    return construct(EmptyOperator, {**compile_options(task.options), **where})


def _compile_python(task: TaskSpec, where: dict[str, Any], lookup: Lookup) -> Any:
    call: Any = task.action
    args = compile_value(call.args, lookup)
    kwargs = compile_value(dict(call.kwargs), lookup)
    if call.decorator is not None:
        return _decorated(task, call, where, lookup)(*args, **kwargs).operator

    # All options by name, none by `default_args`: Airflow would pass a default such as `owner` to every function
    # that happens to have a parameter of that name.
    options = {"multiple_outputs": task.multiple_outputs, **compile_options(task.options)}
    function = callable_of(call, call)
    docstring = getattr(function, "__doc__", None)
    if docstring and not any(options.get(doc) for doc in _DOCS):
        # Airflow renders it as Markdown, where the indentation of the source would make it a code block.
        options["doc_md"] = _cleaned(docstring)
    if call.routes is None:
        from airflow.providers.standard.decorators.python import _PythonDecoratedOperator as Decorated
    else:
        from airflow.providers.standard.decorators.branch_python import (
            _BranchPythonDecoratedOperator as Decorated,
        )

        function = _routed(call, function)
    given = {"python_callable": function, "op_args": args, "op_kwargs": kwargs}
    return construct(Decorated, {**given, **options, **where})


def _decorated(task: TaskSpec, call: PythonCall, where: dict[str, Any], lookup: Lookup) -> Any:
    """
    Return the function wrapped in one of Airflow's task decorators.

    Raises:
        PipelineError: If there is no such decorator, or it does not accept the arguments.
    """
    from airflow.sdk import task as airflow_task

    from flowkit.airflow.pods import compile_argument
    from flowkit.rules.decorators import argument_problems, may_reject, no_such_decorator

    name, given = (call.decorator.name, call.decorator.kwargs) if call.decorator else ("python", {})
    known = decorators()
    if name not in known:
        raise PipelineError([no_such_decorator(name, known, call.location)])
    decorator: Any = getattr(airflow_task, name)
    waiting = {argument for argument, value in given.items() if holds_reference(value)}
    arguments = {
        argument: compile_value(value, lookup) if argument in waiting else compile_argument(value)
        for argument, value in given.items()
    }
    options = compile_options(task.options)
    # Airflow infers this from the annotation. Decorators without the parameter set it themselves, or their functions
    # return no mapping.
    guesses = "multiple_outputs" in inspect.signature(decorator).parameters
    if task.multiple_outputs or (guesses and "return" in getattr(call.function, "__annotations__", {})):
        options.setdefault("multiple_outputs", task.multiple_outputs)
    decorated = decorator(**{**options, **arguments}, **where)(callable_of(call, task.action))
    wrong = argument_problems(call) if may_reject(decorated.operator_class, given) else ()
    if problems := [*wrong]:
        raise PipelineError(problems)
    unrendered = sorted(waiting - template_fields_of(decorated.operator_class))
    if unrendered:
        msg = (
            f"@task.{name} does not render {', '.join(unrendered)}: it would get a reference, not the output"
        )
        raise ValueError(msg)
    return decorated


def _routed(call: PythonCall, function: Callable[..., Any]) -> Callable[..., Any]:
    """
    Return *function*, that of a branch, wrapped to return task ids instead of keys.
    """
    routes: Mapping[str, tuple[Any, ...]] = call.routes or {}

    def ids(key: Any) -> list[str]:
        if key not in routes:
            msg = (
                f"{call.name}() returned the key {key!r}, which its branch does not have. "
                f"{did_you_mean(str(key), routes, otherwise='Keys: ' + ', '.join(map(repr, routes)) + '.')}"
            )
            raise ValueError(msg)
        return list(routes[key])

    # Under the name of the user's function, which Airflow stores and shows, and with its signature.
    @functools.wraps(function)
    def choose(*args: Any, **kwargs: Any) -> str | list[str]:
        found = function(*args, **kwargs)
        chosen = [task_id for key in found for task_id in ids(key)] if call.multiple else ids(found)
        return chosen[0] if len(chosen) == 1 else chosen

    return choose


def _compile_operator(task: TaskSpec, where: dict[str, Any], lookup: Lookup) -> Any:
    call: Any = task.action
    own, inherited = _split_options(task)
    arguments = _rendered(call.operator, call.kwargs, lookup)
    defaults = _rendered(call.operator, task.operator_defaults, lookup) if task.operator_defaults else {}
    if not constructor_of(call.operator).keeps_options:
        from flowkit.airflow.constructors import constructed_in

        return constructed_in(where, call.operator, arguments, own, {**inherited, **defaults})
    # Inherited options are passed as Airflow's own defaults: an operator that sets such an option in its constructor
    # keeps it, whereas passing a second value by name would be an error. So are inherited arguments.
    if _PLAIN.issuperset(map(type, (*arguments.values(), *defaults.values()))):
        options = {**own, "default_args": {**inherited, **defaults}, **where}
        return construct(call.operator, {**arguments, **options})
    from flowkit.airflow.constructors import constructed

    return constructed(call.operator, arguments, defaults, **own, default_args=inherited, **where)


def _rendered(operator: type[Any], arguments: Mapping[str, Any], lookup: Lookup) -> dict[str, Any]:
    # Nearly all arguments are plain values, which are passed unchanged.
    if _PLAIN.issuperset(map(type, arguments.values())):
        return dict(arguments)
    from flowkit.airflow.pods import compile_argument

    # Airflow resolves placeholders when it renders template fields. Other arguments need their real values now.
    fields = template_fields_of(operator)
    return {
        name: compile_value(value, lookup) if name in fields else compile_argument(value)
        for name, value in arguments.items()
    }


def _compile_each(task: TaskSpec, where: dict[str, Any], lookup: Lookup) -> Any:
    each: Any = task.action
    mapped = {name: compile_value(value, lookup) for name, value in each.mapped.items()}
    partial: Any
    if isinstance(each.call, PythonCall):
        fixed = compile_value(dict(each.call.kwargs), lookup)
        partial = _decorated(task, each.call, where, lookup)
        if fixed:
            partial = partial.partial(**fixed)
    else:
        own, inherited = _split_options(task)
        fixed = _rendered(each.call.operator, each.call.kwargs, lookup)
        partial = each.call.operator.partial(**fixed, **own, default_args=inherited, **where)
    made = partial.expand_kwargs(mapped["kwargs_sets"]) if each.by_set else partial.expand(**mapped)
    if isinstance(each.call, PythonCall):
        return made.operator
    from flowkit.airflow.constructors import show_defaults_to_instances, show_values_to_instances

    show_values_to_instances(made, {**fixed, **mapped})
    if task.operator_defaults:  # which instances get from the DAG and the groups
        show_defaults_to_instances(made, compile_defaults(task.operator_defaults))
    return made


def _compile_asset(task: TaskSpec, where: dict[str, Any], _lookup: Lookup) -> Any:
    from airflow.sdk.definitions.asset.decorators import _AssetMainOperator

    call: Any = task.action
    own, inherited = _split_options(task)
    return _AssetMainOperator(
        python_callable=callable_of(call, call),
        definition_name=call.asset,
        **own,
        default_args=inherited,
        **where,
    )


def _compile_native(task: TaskSpec, where: dict[str, Any], lookup: Lookup) -> Any:
    from flowkit.airflow.native import compile_native

    # The rule of the task is about what the task waits for, not about what is in it.
    own = {name: value for name, value in task.own_options.items() if name != "trigger_rule"}
    options = {**compile_options(merged(task.inherited_options, own)), **task.operator_defaults}
    return compile_native(task, where["dag"], where["task_group"], lookup, options)


COMPILERS: Mapping[type[Any], Callable[[TaskSpec, dict[str, Any], Lookup], Any]] = {
    type(None): _compile_nothing,
    PythonCall: _compile_python,
    OperatorCall: _compile_operator,
    EachCall: _compile_each,
    AssetCall: _compile_asset,
    NativeCall: _compile_native,
}
"""One function for each kind of action."""


def compile_defaults(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the arguments of `.operator_defaults(…)` as Airflow stores them in the defaults of a DAG or a group.
    """

    def lookup(_reference: Any) -> Any:
        raise NotImplementedError  # pragma: no cover - they hold no references

    return {name: compile_value(value, lookup) for name, value in arguments.items()}


def compile_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return *options* as Airflow's operators accept them: `pod` goes into `executor_config`.
    """
    compiled = dict(options)
    if BACKOFF_IS_BOOL and (backoff := compiled.get("retry_exponential_backoff")) is not None:
        compiled["retry_exponential_backoff"] = backoff > 1 or backoff is True
    if "pod" not in compiled:
        return compiled
    from flowkit.airflow.pods import compile_pod

    pod = compiled.pop("pod")
    if pod is not None and (override := compile_pod(pod)) is not None:
        compiled["executor_config"] = {**(compiled.get("executor_config") or {}), "pod_override": override}
    return compiled


def _split_options(task: TaskSpec) -> tuple[dict[str, Any], dict[str, Any]]:
    if not task.own_options:
        return {}, compile_options(task.inherited_options)
    own, inherited = dict(task.own_options), dict(task.inherited_options)
    if own.keys() & _POD_OPTIONS:
        # Both become one argument: a task's own value of either is merged with the inherited values of both.
        both: dict[str, Any] = {name: inherited.pop(name) for name in _POD_OPTIONS if name in inherited}
        own = merged(both, own)
    return compile_options(own), compile_options(inherited)
