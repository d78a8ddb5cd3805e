"""
Objects of hand-written Airflow: recognized by the names of their classes, as flowkit imports no Airflow.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, cast

# By the name of the class: what its instances are, for messages. The first base that is named here decides.
_KINDS: Final = {
    "XComArg": "the output of an Airflow task",
    "AbstractOperator": "an Airflow operator",
    "OperatorPartial": "an Airflow operator without its mapped arguments",
    "TaskGroup": "an Airflow TaskGroup",
    "DAGNode": "an Airflow task",
    "DAG": "an Airflow DAG",
}

_DECORATED: Final = frozenset({"_TaskDecorator", "_TaskGroupFactory"})


def _airflow_kind(value_type: type) -> str | None:
    for base in value_type.__mro__:
        kind = _KINDS.get(base.__name__)
        if kind is not None and base.__module__.startswith("airflow."):
            return kind
    return None


airflow_kind: Final[Callable[[type[Any]], str | None]] = cast("Any", lru_cache(maxsize=1024)(_airflow_kind))
"""
What the instances of a class are, such as `an Airflow operator`; `None` if they are nothing that hand-written Airflow
makes for a DAG.
"""


def is_task_group_class(value: object) -> bool:
    """
    Return whether *value* is a class of task groups.
    """
    return issubclass(type(value), type) and airflow_kind(cast("type", value)) == _KINDS["TaskGroup"]


def is_airflow_decorated(value: object) -> bool:
    """
    Return whether *value* is what Airflow's `@task` or `@task_group` makes of a function.
    """
    return any(
        base.__name__ in _DECORATED and base.__module__.startswith("airflow.") for base in type(value).__mro__
    )
