"""
Whether an operator can certainly be stored: its class, which is looked at once, and its fields.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from types import FunctionType, NoneType
from typing import Any, Final, TypeAlias, final
from weakref import WeakKeyDictionary

import attrs
from airflow.sdk import BaseOperator, TriggerRule, WeightRule
from airflow.sdk.definitions.mappedoperator import MappedOperator
from airflow.task import priority_strategy
from airflow.triggers.base import StartTriggerArgs
from pendulum import DateTime
from pendulum.tz.timezone import FixedTimezone, Timezone

from flowkit.airflow.compat import schema_of
from flowkit.airflow.wire_values import (
    PARAMS,
    TEMPLATES,
    VALUES,
    Checks,
    certain,
    expand_input,
    function_name,
    is_text,
)

Plan: TypeAlias = tuple[tuple[str, Checks], ...]
"""By the names of fields, the checks of their values."""

_CALLBACKS: Final = tuple(
    f"on_{event}_callback" for event in ("execute", "failure", "success", "retry", "skipped")
)
_TRUTHS: Final = (*_CALLBACKS, "retry_policy")
# Texts that Airflow sorts and sends without serializing them.
_RAW_TEXTS: Final = ("trigger_dag_id", "external_dag_id")
_COMPUTED: Final = frozenset({"start_trigger_args", "task_type", *(f"has_{name}" for name in _TRUTHS)})
# What Airflow's serialization uses of an operator, besides the fields that it writes.
_METHODS: Final = frozenset(
    {
        "get_closest_mapped_task_group", "get_dag", "get_needs_expansion", "get_serialized_fields", "has_dag",
        "serialize_for_task_group",
    }
)  # fmt: skip
_USED: Final = frozenset(
    {
        *_METHODS, *_TRUTHS, *_RAW_TEXTS, *_COMPUTED, "__bool__", "__class__", "__eq__", "__getattr__",
        "__getattribute__", "__hash__", "__len__", "custom_operator_name", "dag", "inherits_from_empty_operator",
        "inherits_from_skipmixin", "is_mapped", "label", "node_id", "operator_extra_links", "operator_name",
        "python_callable", "start_trigger_args", "task_display_name", "task_group", "_task_module",
    }
)  # fmt: skip
_TRUSTED: Final = ("airflow.sdk.", "airflow.providers.standard.")


def _only(*kinds: type) -> Checks:
    return {kind: VALUES[kind] for kind in (NoneType, *kinds)}


# Airflow's schema has the types of fields; the scheduler relies on them when it reads a DAG.
_BY_TYPE: Final[Mapping[str, Checks]] = {
    "string": _only(str, TriggerRule, WeightRule),
    "boolean": _only(bool),
    "number": _only(int, float),
    "integer": _only(int),
    "array": _only(list, tuple, set),
    "object": _only(dict),
    "#/definitions/dict": _only(dict),
    "#/definitions/timedelta": _only(timedelta),
    "#/definitions/datetime": _only(datetime, DateTime),
    "#/definitions/timezone": _only(Timezone, FixedTimezone),
    "#/definitions/params": PARAMS,
}


def fits(item: Any, plan: Plan) -> bool:
    """
    Return whether all fields of *item* pass the checks of a plan.
    """
    own = getattr(item, "__dict__", {})
    for name, checks in plan:
        value = own[name] if name in own else getattr(item, name, None)
        try:
            check = checks[type(value)]
        except KeyError:
            return False
        if check is not None and not check(value, 0):
            return False
    return True


def _ids(value: set[Any], _depth: int) -> bool:
    return all(type(item) is str and is_text(item) for item in value)


def _weight_rule(value: str, _depth: int) -> bool:
    return value in _WEIGHT_RULES


_WEIGHT_STRATEGIES: Final[Checks] = {
    kind: None
    for name, kind in vars(priority_strategy).items()
    if isinstance(kind, type) and name.endswith("PriorityWeightStrategy") and not inspect.isabstract(kind)
}
_WEIGHT_RULES: Final = frozenset(rule.value for rule in WeightRule)
# Fields that the schema lacks, or is wrong about.
_EXCEPTIONS: Final[Mapping[str, Checks]] = {
    **{name: {NoneType: None} for name in ("_pre_execute_hook", "_post_execute_hook", "resources")},
    "downstream_task_ids": {set: _ids},
    "email": _only(str, list, tuple, set),
    "retry_exponential_backoff": _only(bool, int, float),  # True and False in 3.1
    "run_as_user": _only(str),
    "task_id": {str: VALUES[str]},
    "template_fields": {kind: VALUES[kind] for kind in (list, tuple)},
    # 3.1 makes objects of the rules.
    "weight_rule": {NoneType: None, str: _weight_rule, WeightRule: None, **_WEIGHT_STRATEGIES},
}


@cache
def checks_by_field(kind: str) -> Mapping[str, Checks]:
    """
    Return the checks of the fields in Airflow's schema of a `"dag"` or an `"operator"`.
    """
    fields = {
        name: _BY_TYPE.get(str(field.get("type") or field.get("$ref")), VALUES)
        for name, field in schema_of(kind).items()
    }
    return {**fields, **_EXCEPTIONS} if kind == "operator" else fields


def is_certain_operator(operator: Any) -> bool:
    """
    Return whether Airflow can certainly store *operator*, mapped or not.
    """
    kind = type(operator)
    if issubclass(kind, MappedOperator):
        return _is_certain_mapped(operator)
    known = _class_of(kind)
    if known is None:
        return False
    find = known.checks.get
    for name, value in vars(operator).items():
        checks = find(name)
        if checks is None:
            continue
        try:
            check = checks[type(value)]
        except KeyError:
            return False
        if check is not None and not check(value, 0):
            return False
    return known.accepts_templates(operator)


def _is_certain_mapped(operator: Any) -> bool:
    kind = type(operator)
    known = _class_of(operator.operator_class)
    if not kind.__module__.startswith("airflow.sdk.") or known is None:
        return False
    plan = tuple((name, known.checks[name]) for name in kind.get_serialized_fields() & known.checks.keys())
    return (
        fits(operator, plan)
        and fits(operator, _MAPPED_PLAN)
        and expand_input(operator._get_specified_expand_input())
        and type(operator.partial_kwargs) is dict
        and all(
            type(name) is str and is_text(name) and certain(value, known.checks.get(name, VALUES))
            for name, value in operator.partial_kwargs.items()
        )
        and known.accepts_templates(operator)
    )


class _Truths(dict[type, Any]):
    """
    Checks of values of which Airflow only writes whether there is one.
    """

    def __missing__(self, kind: type) -> None:
        if hasattr(kind, "__bool__") or hasattr(kind, "__len__"):
            raise KeyError(kind)


def _links(links: Any, _depth: int) -> bool:
    return all(type(link).__module__.startswith(_TRUSTED) for link in links)


def _start(trigger: Any, _depth: int) -> bool:
    return fits(trigger, _TRIGGER_PLAN)


@final
@attrs.frozen(eq=False)
class _OperatorClass:
    """
    A class of operators whose fields are plain attributes, and whose serialization is Airflow's own.
    """

    kind: type

    checks: Mapping[str, Checks]
    """The checks of what its instances have; what they have from the class has been checked."""

    templates: dict[tuple[str, ...], bool] = attrs.field(factory=dict)
    """By template fields, whether each is a plain attribute that Airflow accepts as one."""

    def accepts_templates(self, operator: Any) -> bool:
        """
        Return whether Airflow can certainly store the template fields of *operator*.
        """
        fields = operator.template_fields
        if type(fields) not in {tuple, list} or not all(type(field) is str for field in fields):
            return False
        key = tuple(fields)
        if key not in self.templates:
            self.templates[key] = _FORBIDDEN_TEMPLATES.isdisjoint(key) and all(
                _is_data(vars(base)[field])
                for base in _own_bases(self.kind)
                for field in key
                if field in vars(base)
            )
        return self.templates[key] and all(
            certain(getattr(operator, field, None), TEMPLATES) for field in key
        )


# As Airflow computes it.
_FORBIDDEN_TEMPLATES: Final = frozenset(inspect.signature(BaseOperator.__init__).parameters) - {"email"}
_TEXT: Final = _only(str)
_SETTINGS: Final[Mapping[str, Checks]] = {
    **{key: {} for key in _METHODS},  # a method that one operator has of its own
    **dict.fromkeys(_TRUTHS, _Truths(dict.fromkeys((NoneType, FunctionType, bool, list, tuple)))),
    **dict.fromkeys(_RAW_TEXTS, _TEXT),
    "_on_failure_fail_dagrun": _only(bool),
    "custom_operator_name": _TEXT,
    "operator_extra_links": {list: _links, tuple: _links},
    "python_callable": {NoneType: None, FunctionType: function_name},
    "start_trigger_args": {NoneType: None, StartTriggerArgs: _start},
}
"""The checks of what Airflow reads, besides the fields that it writes."""

_TRIGGER_PLAN: Final[Plan] = (
    *((name, _TEXT) for name in ("trigger_cls", "next_method")),
    *((name, _only(dict)) for name in ("trigger_kwargs", "next_kwargs")),
    ("timeout", _only(timedelta)),
)
_MAPPED_PLAN: Final[Plan] = tuple(
    (name, _SETTINGS[name]) for name in ("operator_extra_links", "start_trigger_args")
)

_ABSENT: Final = object()
_classes: WeakKeyDictionary[type, _OperatorClass | None] = WeakKeyDictionary()


def _class_of(kind: Any) -> _OperatorClass | None:
    if not isinstance(kind, type) or not type(kind).__module__.startswith("airflow.sdk."):
        return None
    try:
        return _classes[kind]
    except KeyError:
        found = _classes[kind] = _examined(kind)
        return found


def _examined(kind: Any) -> _OperatorClass | None:
    written: frozenset[str] = frozenset(kind.get_serialized_fields())
    for base in _own_bases(kind):
        if any(
            (name in written or name in _USED) and not _is_data(value) for name, value in vars(base).items()
        ):
            return None
    fields = checks_by_field("operator")
    checks = {**{name: fields.get(name, VALUES) for name in written - _COMPUTED}, **_SETTINGS}
    for name in checks.keys() - _METHODS:
        value = inspect.getattr_static(kind, name, _ABSENT)
        if value is not _ABSENT and _is_data(value) and not certain(value, checks[name]):
            return None
    return _OperatorClass(kind, checks) if is_text(kind.__module__) else None


def _own_bases(kind: type) -> list[type]:
    return [base for base in kind.__mro__ if not base.__module__.startswith(_TRUSTED) and base is not object]


def _is_data(value: object) -> bool:
    # Functions, properties and other descriptors run when an operator is asked for them.
    return not hasattr(type(value), "__get__")
