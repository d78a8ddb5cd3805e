"""
Branches and short circuits inside mapped groups.

Airflow skips nothing there: a chooser marks the instances that exist when it runs, and it asks for a choice under the
number of an unmapped task. So each task below a chooser asks it itself, before it runs: what did the chooser of my own
copy choose?
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from airflow.sdk import BaseOperator

from flowkit.airflow.compat import AirflowSkipException
from flowkit.airflow.references import mapped_group_id

# Names of Airflow's `SkipMixin`, the same in all versions.
_KEY: Final = "skipmixin_key"
_FOLLOWED: Final = "followed"
_SKIPPED: Final = "skipped"


def ask_choosers(operators: Iterable[Any]) -> None:
    """
    Let the tasks of mapped groups ask the choosers above them in the same group, once all edges are known.
    """
    for operator in operators:
        group_id = mapped_group_id(operator)
        if group_id is None:
            continue
        choosers = sorted(
            above.task_id
            for above in operator.get_flat_relatives(upstream=True)
            if above.inherits_from_skipmixin and mapped_group_id(above) == group_id
        )
        if choosers:
            _ask_before_running(operator, choosers)


def _ask_before_running(operator: Any, choosers: list[str]) -> None:
    # Both are on the instance: only what is in `_pre_execute_hook` is stored, and Airflow reads the source text of the
    # user's function there, through the wrapper.
    if operator._pre_execute_hook is not None:
        operator._pre_execute_hook = _asking(operator._pre_execute_hook, choosers)
        return
    own = vars(operator).get("pre_execute")
    operator.pre_execute = functools.partial(_before, choosers, own)


def _asking(hook: Callable[[Any], None], choosers: list[str]) -> Callable[[Any], None]:
    @functools.wraps(hook)
    def asking(context: Any) -> Any:
        _skip_if_not_chosen(context, choosers)
        return hook(context)

    return asking


def _before(choosers: list[str], own: Callable[[Any], None] | None, context: Any) -> None:
    _skip_if_not_chosen(context, choosers)
    task = context["task"]
    inherited = type(task).pre_execute
    if own is not None:
        own(context)
    elif inherited is not BaseOperator.pre_execute:
        inherited(task, context)


def _skip_if_not_chosen(context: Mapping[str, Any], choosers: list[str]) -> None:
    """
    Raise Airflow's exception that skips a task if a chooser of the same copy did not choose it.
    """
    instance, task = context["ti"], context["task"]
    for chooser in choosers:
        choice = instance.xcom_pull(task_ids=chooser, key=_KEY, map_indexes=instance.map_index) or {}
        is_next = chooser in task.upstream_task_ids
        not_followed = is_next and _FOLLOWED in choice and task.task_id not in choice[_FOLLOWED]
        if not_followed or task.task_id in choice.get(_SKIPPED, ()):
            msg = f"{chooser} did not choose this task for copy {instance.map_index} of its group"
            raise AirflowSkipException(msg)
