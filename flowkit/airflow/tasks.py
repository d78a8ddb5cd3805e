"""
A `TaskSpec` → an operator, by a table with one function for each kind of action.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from airflow.providers.standard.decorators.python import _PythonDecoratedOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, BaseOperator, TaskGroup

from flowkit.airflow.pods import compile_pod
from flowkit.airflow.stored import Lookup, compile_value
from flowkit.spec.action import OperatorCall, PythonCall
from flowkit.spec.defaults import merged
from flowkit.spec.pipeline import TaskSpec

_POD_OPTIONS = frozenset({"pod", "executor_config"})
_DOCS = ("doc", "doc_md", "doc_json", "doc_yaml", "doc_rst")


def compile_task(task: TaskSpec, dag: DAG, group: TaskGroup, lookup: Lookup) -> BaseOperator:
    """
    Return the operator of *task*, added to *dag* and *group*.
    """
    return COMPILERS[type(task.action)](task, {"task_id": task.id, "dag": dag, "task_group": group}, lookup)


def _compile_nothing(task: TaskSpec, where: dict[str, Any], _lookup: Lookup) -> BaseOperator:
    return EmptyOperator(**compile_options(task.options), **where)


def _compile_python(task: TaskSpec, where: dict[str, Any], lookup: Lookup) -> BaseOperator:
    call: Any = task.action
    # All options by name, none by `default_args`: Airflow would hand a default such as `owner` to every function
    # that happens to have a parameter of that name.
    options = {"multiple_outputs": task.multiple_outputs, **compile_options(task.options)}
    docstring = getattr(call.function, "__doc__", None)
    if docstring and not any(options.get(doc) for doc in _DOCS):
        options["doc_md"] = docstring
    return _PythonDecoratedOperator(
        python_callable=call.function,
        op_args=compile_value(call.args, lookup),
        op_kwargs=compile_value(dict(call.kwargs), lookup),
        **options,
        **where,
    )


def _compile_operator(task: TaskSpec, where: dict[str, Any], lookup: Lookup) -> BaseOperator:
    call: Any = task.action
    own, inherited = _split_options(task)
    arguments = {name: compile_value(value, lookup) for name, value in call.kwargs.items()}
    # What is inherited goes the way of Airflow's own defaults: an operator that sets such an option in its
    # constructor keeps it, where a second value by name would be an error.
    operator: BaseOperator = call.operator(**arguments, **own, default_args=inherited, **where)
    return operator


COMPILERS: Mapping[type[Any], Callable[[TaskSpec, dict[str, Any], Lookup], BaseOperator]] = {
    type(None): _compile_nothing,
    PythonCall: _compile_python,
    OperatorCall: _compile_operator,
}
"""One function for each kind of action."""


def compile_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return *options* as Airflow's operators take them: `pod` goes into `executor_config`.
    """
    compiled = dict(options)
    pod = compiled.pop("pod", None)
    if pod is not None and (override := compile_pod(pod)) is not None:
        compiled["executor_config"] = {**(compiled.get("executor_config") or {}), "pod_override": override}
    return compiled


def _split_options(task: TaskSpec) -> tuple[dict[str, Any], dict[str, Any]]:
    own, inherited = dict(task.own_options), dict(task.inherited_options)
    if own.keys() & _POD_OPTIONS:
        # Both become one argument: what a task says of either is merged with what it inherits of both.
        both: dict[str, Any] = {name: inherited.pop(name) for name in _POD_OPTIONS if name in inherited}
        own = merged(both, own)
    return compile_options(own), compile_options(inherited)
