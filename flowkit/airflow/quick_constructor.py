"""
Constructs operators without the cost of `BaseOperator.__setattr__`.

Airflow calls that method about seventy times for each operator, to convert about eight attributes: half the time that a
constructor takes. Here, the constructor runs on a subclass of the operator's class, which sets attributes directly and
has a property for each attribute that Airflow converts. Then the operator gets its real class back.

The operator is the same: it has the same attributes and the same serialized form. A class whose constructors could make
a difference gets the plain call: see `_reassigned`.
"""

from __future__ import annotations

import contextlib
import dis
import os
from collections.abc import Iterator, Mapping
from functools import cache
from types import CodeType, FunctionType
from typing import Any, Final

from airflow.sdk.bases.operator import BaseOperator, BaseOperatorMeta

SWITCH: Final = "FLOWKIT_QUICK_CONSTRUCTOR"
"""The environment variable that turns this off with the value `0`; with `always`, there is no warm-up."""

WARM_UP: Final = 30
"""The first operators of a class are made by the plain call: making a subclass takes as long as it would save."""

_QUICK: Final = "_flowkit_quick_class"
"""
The attribute of an operator's class: how many operators were made of it, then its subclass, or `None` for the plain
call. Not a dictionary in this module: that would keep the classes of a DAG file alive after Airflow has loaded the file
again.
"""

_REASSIGNED: Final = "_flowkit_reassigned"
"""
The attribute of a quick class: the arguments of base classes that a constructor assigns after it has called them, and
whether the outermost constructor takes them as well. Airflow notes the arguments that each constructor got, and follows
such an assignment.
"""

_CONVERT: Final = "_convert_"

_SETATTR_NAMES: Final = frozenset(
    {
        "getattr",
        "super",
        "__setattr__",
        "_BaseOperator__from_mapped",
        "_lock_for_execution",
        "_BaseOperator__init_kwargs",
        "_BaseOperator__instantiated",
        "template_fields",
        "_set_xcomargs_dependency",
    }
)
"""Everything that `BaseOperator.__setattr__` uses, in all versions of Airflow that flowkit supports."""

_OVERRIDES: Final = (
    "__setattr__",
    "__getattr__",
    "__getattribute__",
    "__delattr__",
    "__init_subclass__",
    "__new__",
    "__slots__",
)
"""A class that defines one of these may behave differently in a subclass."""


def construct(operator: Any, kwargs: Mapping[str, Any]) -> Any:
    """
    Return `operator(**kwargs)`.

    Args:
        operator: The class of an operator, or anything else that can be called.

        kwargs: Its arguments.

    Raises:
        BaseException: Whatever the constructor raises.
    """
    try:
        quick = vars(operator).get(_QUICK, 0)
    except TypeError:  # not a class
        return operator(**kwargs)
    if type(quick) is int:
        quick = _after(operator, quick)
    if quick is None:
        return operator(**kwargs)
    made = quick(**kwargs)
    made.__class__ = operator
    if reassigned := getattr(quick, _REASSIGNED):
        _follow_assignments(made, reassigned, kwargs)
    return made


def _follow_assignments(made: Any, reassigned: Mapping[str, bool], kwargs: Mapping[str, Any]) -> None:
    # In the end, Airflow notes the arguments of the outermost constructor, defaults included.
    defaults = kwargs.get("default_args") or {}
    noted, values = made._BaseOperator__init_kwargs, vars(made)
    for name, is_outermost in reassigned.items():
        if name in noted and name not in kwargs and not (is_outermost and name in defaults):
            noted[name] = values[name]


def _after(operator: Any, constructed: int) -> type[Any] | None:
    if type(operator) is not BaseOperatorMeta:
        return None
    quick: type[Any] | None = None
    if constructed < WARM_UP and os.environ.get(SWITCH) != "always":
        setattr(operator, _QUICK, constructed + 1)
    else:
        quick = quick_class(operator) if is_on() else None
        setattr(operator, _QUICK, quick)
    return quick


@cache
def is_on() -> bool:
    """
    Return whether operators are constructed quickly in this process.

    They are not if `FLOWKIT_QUICK_CONSTRUCTOR` is `0`, nor with a version of Airflow whose `BaseOperator` works
    differently.
    """
    if os.environ.get(SWITCH) == "0":
        return False
    setter = vars(BaseOperator).get("__setattr__")
    if type(setter) is not FunctionType or not _SETATTR_NAMES.issuperset(setter.__code__.co_names):
        return False
    return _makes_the_same()


def _makes_the_same() -> bool:
    class Probe(BaseOperator):
        template_fields = ("command",)

        def __init__(self, *, command: str, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.command = command
            self.pool_size = kwargs.get("pool_slots")

    options: dict[str, Any] = {
        "task_id": "t",
        "command": "x",
        "retry_delay": 60,
        "retries": "2",
        "trigger_rule": "all_done",
    }
    try:
        quick = quick_class(Probe)
        if quick is None:
            return False
        made = quick(**options)
        made.__class__ = Probe
        return bool(vars(made) == vars(Probe(**options)))
    except Exception:  # noqa: BLE001 - whatever a future Airflow raises
        return False


def quick_class(operator: Any) -> type[Any] | None:
    """
    Return a subclass of *operator* that constructs the same objects quickly; `None` if they could be different.
    """
    reassigned = _reassigned(operator)
    if reassigned is None:
        return None
    namespace: dict[str, Any] = {
        "__module__": operator.__module__,
        "__qualname__": operator.__qualname__,
        "__doc__": operator.__doc__,
        "__setattr__": object.__setattr__,
        _REASSIGNED: reassigned,
    }
    for converter in dir(operator):
        if not converter.startswith(_CONVERT):
            continue
        name = converter.removeprefix(_CONVERT)
        if hasattr(type(getattr(operator, name, None)), "__get__"):
            return None
        namespace[name] = _converted(operator, name, converter)
    make: Any = BaseOperatorMeta  # which has no annotations
    subclass: type[Any] | None = None
    with contextlib.suppress(Exception):  # a class may refuse to have subclasses
        subclass = make(operator.__name__, (operator,), namespace)
    return subclass


def _converted(operator: Any, name: str, converter: str) -> property:
    def get(self: Any) -> Any:
        values = vars(self)
        return values[name] if name in values else getattr(operator, name)

    def put(self: Any, value: Any) -> None:
        vars(self)[name] = getattr(self, converter)(value)

    def remove(self: Any) -> None:
        try:
            del vars(self)[name]
        except KeyError:
            raise AttributeError(name) from None

    return property(get, put, remove)


def _reassigned(operator: Any) -> dict[str, bool] | None:
    """
    Return the arguments of base classes that the constructors assign after they have called those of the bases; `None`
    if a constructor may work differently in a subclass, or without `__setattr__`.
    """
    if type(operator) is not BaseOperatorMeta:
        return None
    parameters: set[str] = set()
    reassigned: set[str] = set()
    own: frozenset[str] = frozenset()
    for parent in reversed(operator.__mro__):
        known = parent in BaseOperator.__mro__
        body = vars(parent)
        if not known and any(name in body for name in _OVERRIDES):
            return None
        constructor = body.get("__init__")
        constructor = getattr(constructor, "__wrapped__", constructor)
        if constructor is None or parent is object:
            continue
        if type(constructor) is not FunctionType:
            return None
        code = constructor.__code__
        if not known:
            names = set(_names(code))
            if not parent.__module__.startswith("airflow.") and not names.isdisjoint({"type", "__class__"}):
                return None
            if not names.isdisjoint(parameters):
                reassigned.update(parameters.intersection(_assigned(code)))
        own = frozenset(code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount])
        parameters |= own
    return {name: name in own for name in sorted(reassigned)}


def _names(code: CodeType) -> Iterator[str]:
    """
    Yield the names of globals and attributes that a function uses.
    """
    yield from code.co_names
    for part in _nested(code):
        yield from _names(part)


def _assigned(code: CodeType) -> Iterator[str]:
    """
    Yield the attributes that a constructor assigns after the first call of another one.
    """
    called = False
    for step in dis.get_instructions(code):
        if step.argval == "__init__":
            called = True
        elif called and step.opname == "STORE_ATTR":
            yield step.argval
    for part in _nested(code):
        yield from (step.argval for step in dis.get_instructions(part) if step.opname == "STORE_ATTR")


def _nested(code: CodeType) -> Iterator[CodeType]:
    return (constant for constant in code.co_consts if isinstance(constant, CodeType))
