"""
Arguments as Airflow gets them: outputs as `XComArg`s, and objects in a written form that never changes.

Airflow writes an attrs or dataclass value into the serialized DAG as its `repr`. That of a set within it depends on
the hash seed, and that of a function on its address: the same file would give a new DAG version at every parse.
`Stored` stands in for such a value. It is written canonically, and hands the real value to the task when that runs.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, TypeAlias, final

from airflow.sdk.definitions._internal.mixins import ResolveMixin

from flowkit.airflow.compat import FUNCTIONS_BY_ADDRESS, AirflowSkipException, SerializedAsText
from flowkit.model.attrs_values import changed, fields_of, is_record
from flowkit.model.calls import ItemRef, ParamsRef, Ref, Text, Transform
from flowkit.model.params import MISSING, from_values, param_of

Lookup = Callable[["Ref | ItemRef | ParamsRef"], Any]
"""Gives the `XComArg` of an output, the `MappedArgument` of an item of a mapped group, or `ParamsOf` params."""

ValueRef: TypeAlias = Ref | ItemRef | ParamsRef | Transform
"""What stands for a value that exists only when the task runs."""


def compile_value(value: Any, lookup: Lookup) -> Any:
    """
    Return *value* with references as `XComArg`s, and attrs and dataclass values as `Stored`.
    """
    kind = type(value)
    if kind in (str, int, float, bool, type(None)):
        return value
    if kind in (Ref, ItemRef, ParamsRef):
        return lookup(value)
    if kind is Transform:
        return _transformed(value, lookup)
    if kind is Text:
        return "".join(part if isinstance(part, str) else str(lookup(part)) for part in value.parts)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return kind(*(_item(item, lookup) for item in value))
    if isinstance(value, set) and not any("{" in str(item) for item in value):
        # Some versions of Airflow write the items in the order of their hashes, which is another one in each process.
        return CanonicalValue(value, {ref: compile_value(ref, lookup) for ref in _references(value)})
    if isinstance(value, list | tuple | set):
        # As a plain list and so on: Airflow looks into these, not into what people derive from them.
        plain = next(base for base in (list, tuple, set) if isinstance(value, base))
        return plain(_item(item, lookup) for item in value)
    if isinstance(value, dict):
        return {key: _item(item, lookup) for key, item in value.items()}
    if is_record(value) or isinstance(value, frozenset) or any(_references(value)):
        return CanonicalValue(value, {ref: compile_value(ref, lookup) for ref in _references(value)})
    return value


def _compile_item(value: Any, lookup: Lookup) -> Any:
    """
    Return one item of a list or a dict for a version of Airflow that writes functions there with their address.
    """
    if callable(value) and hasattr(value, "__qualname__"):
        return CanonicalValue(value, {})
    return compile_value(value, lookup)


_item = _compile_item if FUNCTIONS_BY_ADDRESS else compile_value


def holds_reference(value: Any) -> bool:
    """
    Return whether an output, or anything else that is known only when the task runs, stands in *value*.
    """
    return any(True for _ in _references(value))


def _transformed(transform: Transform, lookup: Lookup) -> Any:
    first, *others = (compile_value(source, lookup) for source in transform.sources)
    if transform.kind == "concat":
        return first.concat(*others)
    if transform.kind == "zip":
        return first.zip(*others) if transform.fill is ... else first.zip(*others, fillvalue=transform.fill)
    function: Any = transform.function
    return first.map(function if transform.kind == "map" else _filter(function))


def _filter(keep: Callable[[Any], object]) -> Callable[[Any], Any]:
    # Airflow leaves out the items for which a mapped function raises this.
    @functools.wraps(keep)
    def kept(item: Any) -> Any:
        if not keep(item):
            raise AirflowSkipException
        return item

    return kept


@final
class ParamsOf(SerializedAsText, ResolveMixin):
    """
    The params of the run among the arguments of a task, as an instance of a class, or one field of it.
    """

    def __init__(self, ref: ParamsRef, dag_id: str) -> None:
        self._ref = ref
        self._dag_id = dag_id

    def iter_references(self) -> Iterable[tuple[Any, str]]:
        """
        Return nothing: params come from no task.
        """
        return ()

    def resolve(self, context: Any) -> Any:
        """
        Return the instance, made of the params of the run, or its field.
        """
        instance = from_values(self._ref.params_class, context["params"])
        return instance if self._ref.field is None else getattr(instance, self._ref.field)

    def serialize(self) -> Any:
        """
        Return what Airflow writes into the serialized DAG: of a field, the same as for its own `DagParam`.
        """
        if self._ref.field is None:
            return f"<params {_name(self._ref.params_class)}>"
        param = param_of(self._ref.params_class, self._ref.field)
        return {
            "dag_id": self._dag_id,
            "name": param.name,
            "default": None if param.default is MISSING else param.default,
        }


@final
class CanonicalValue(SerializedAsText, ResolveMixin):
    """
    An attrs or dataclass value among the arguments of a task.
    """

    def __init__(self, value: Any, outputs: Mapping[ValueRef, Any]) -> None:
        self._value = value
        self._outputs = outputs

    def iter_references(self) -> Iterable[tuple[Any, str]]:
        """
        Yield the outputs in the value: Airflow makes edges of them.
        """
        for output in self._outputs.values():
            yield from output.iter_references()

    def resolve(self, context: Any) -> Any:
        """
        Return the value itself, with the outputs in it replaced by what the tasks returned.
        """
        if not self._outputs:
            return self._value
        found = {ref: output.resolve(context) for ref, output in self._outputs.items()}
        return _filled(self._value, found)

    def serialize(self) -> Any:
        """
        Return the canonical form, made of plain values. Airflow writes it into the serialized DAG.
        """
        return _canonical(self._value, self._outputs)


def _references(value: Any) -> Iterator[ValueRef]:
    if isinstance(value, Ref | ItemRef | ParamsRef | Transform):
        yield value
    elif isinstance(value, Text):
        yield from (part for part in value.parts if isinstance(part, Ref))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _references(item)
    elif is_record(value):
        for item in fields_of(value).values():
            yield from _references(item)


def _filled(value: Any, found: Mapping[ValueRef, Any]) -> Any:
    if isinstance(value, Ref | ItemRef | ParamsRef | Transform):
        return found[value]
    if isinstance(value, Text):
        return "".join(part if isinstance(part, str) else str(found[part]) for part in value.parts)
    if isinstance(value, Mapping):
        return {key: _filled(item, found) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(_filled(item, found) for item in value))
    if isinstance(value, list | tuple | set | frozenset):
        return type(value)(_filled(item, found) for item in value)
    return changed(value, lambda item: _filled(item, found)) if is_record(value) else value


def _canonical(value: Any, outputs: Mapping[ValueRef, Any]) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, ValueRef | Text):
        return _canonical_reference(value, outputs)
    if isinstance(value, Mapping):
        pairs = [(str(_canonical(key, outputs)), _canonical(item, outputs)) for key, item in value.items()]
        return dict(sorted(pairs, key=lambda pair: pair[0]))
    if isinstance(value, set | frozenset):
        return sorted(
            (_canonical(item, outputs) for item in value), key=lambda item: (type(item).__name__, str(item))
        )
    if isinstance(value, list | tuple):
        return [_canonical(item, outputs) for item in value]
    if isinstance(value, Enum):
        return f"{type(value).__qualname__}.{value.name}"
    if is_record(value):
        fields = {name: _canonical(item, outputs) for name, item in fields_of(value).items()}
        return {"__type__": _name(type(value)), **fields}
    if callable(value) and hasattr(value, "__qualname__"):
        return f"<callable {_name(value)}>"
    return str(value)


def _canonical_reference(value: ValueRef | Text, outputs: Mapping[ValueRef, Any]) -> Any:
    if isinstance(value, Text):
        return "".join(part if isinstance(part, str) else str(outputs[part]) for part in value.parts)
    if isinstance(value, ItemRef):
        return f"<item {value.parameter} of group {value.group_id}>"
    if isinstance(value, Transform):
        # By the tasks: the source of a transform has no output of its own here.
        sources = [
            source.task_id if isinstance(source, Ref) else _canonical_reference(source, outputs)
            for source in value.sources
        ]
        return {"__items__": value.kind, "function": _canonical(value.function, outputs), "sources": sources}
    return str(outputs[value])


def _name(thing: Any) -> str:
    # Without the module: Airflow loads DAG files under names that hold the path of the file.
    return str(thing.__qualname__)
