"""
Arguments as passed to Airflow: outputs as `XComArg`s, and objects with a stable serialized form.

Airflow writes an attrs or dataclass value into the serialized DAG as its `repr`. That of a set within it depends on
the hash seed, and that of a function on its address: the same file would give a new DAG version at every parse.
`CanonicalValue` wraps such a value. Its serialized form is canonical; the task gets the real value.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Any, Final, TypeAlias, final

from airflow.sdk.definitions._internal.mixins import ResolveMixin

from flowkit.airflow.compat import FUNCTIONS_BY_ADDRESS, AirflowSkipException, SerializedAsText
from flowkit.airflow.references import describe_item, renderer, template_of
from flowkit.model.calls import ItemRef, ParamsRef, Ref, Text, Transform
from flowkit.model.params import MISSING, from_values, param_of
from flowkit.model.values import INSIDE, ContainerKind, Contents, container_kind, fold, map_values, walk

_PLAIN: Final = frozenset({str, int, float, bool, type(None)})

Lookup = Callable[["Ref | ItemRef | ParamsRef"], Any]
"""Returns the `XComArg` of an output, the `MappedArgument` of an item of a mapped group, or `ParamsOf` params."""

ValueRef: TypeAlias = Ref | ItemRef | ParamsRef | Transform
"""A placeholder for a value that exists only when the task runs."""


def compile_value(value: Any, lookup: Lookup) -> Any:
    """
    Return *value* with references as `XComArg`s, and attrs and dataclass values as `CanonicalValue`.
    """
    if type(value) in _PLAIN or _is_function(value):
        return value
    return fold(value, functools.partial(_compile_leaf, lookup), _plain_container)


def _compile_leaf(lookup: Lookup, value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind in COMPILERS:
        return COMPILERS[kind](value, lookup)
    container = container_kind(kind)
    if container is None:
        return CanonicalValue(value, {}) if FUNCTIONS_BY_ADDRESS and _is_function(value) else value
    if container in _KEPT and _is_written_in_order(value):
        return INSIDE
    references = list(_references(value))
    if references or container is ContainerKind.FIELDS or container is ContainerKind.SET:
        texts = {text: compile_value(text, lookup) for text in _leaves(value) if type(text) is Text}
        return CanonicalValue(value, {ref: compile_value(ref, lookup) for ref in references}, texts)
    return value


def _is_function(value: Any) -> bool:
    return callable(value) and hasattr(value, "__qualname__")


def _is_written_in_order(value: Any) -> bool:
    # Some versions of Airflow write the items in hash order, which differs between processes.
    # A set with a template cannot be a `CanonicalValue`: Airflow has to render it.
    if isinstance(value, AbstractSet):
        return isinstance(value, set) and any("{" in str(item) for item in value)
    return isinstance(value, dict) or not isinstance(value, Mapping)


def _plain_container(value: Any, contents: Contents, items: list[Any]) -> Any:
    # Airflow searches plain containers, not instances of their subclasses.
    if contents.kind is ContainerKind.NAMED_TUPLE:
        return type(value)(*items)
    if contents.kind is ContainerKind.MAPPING:
        return dict(zip(contents.keys, items, strict=True))
    return _KEPT[contents.kind](items)


_KEPT: Final[Mapping[ContainerKind, Callable[[list[Any]], Any]]] = {
    ContainerKind.MAPPING: dict,
    ContainerKind.NAMED_TUPLE: tuple,
    ContainerKind.LIST: list,
    ContainerKind.TUPLE: tuple,
    ContainerKind.SET: set,
}
"""The kinds of container in which Airflow itself looks for references, and what they become."""


def holds_reference(value: Any) -> bool:
    """
    Return whether *value* contains an output, or anything else that is known only when the task runs.
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
    # Airflow drops the items for which a mapped function raises this.
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
        Return an empty tuple: params do not come from a task.
        """
        return ()

    def resolve(self, context: Any) -> Any:
        """
        Return the instance built from the params of the run, or its field.
        """
        instance = from_values(self._ref.params_class, context["params"])
        return instance if self._ref.field is None else getattr(instance, self._ref.field)

    def serialize(self) -> Any:
        """
        Return the form for the serialized DAG: that of Airflow's own `DagParam` for a field.
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

    def __init__(
        self, value: Any, outputs: Mapping[ValueRef, Any], texts: Mapping[Text, str] | None = None
    ) -> None:
        self._value = value
        self._outputs = outputs
        self._texts = texts or {}

    def iter_references(self) -> Iterable[tuple[Any, str]]:
        """
        Yield the outputs in the value, from which Airflow derives edges.
        """
        for output in self._outputs.values():
            yield from output.iter_references()

    def resolve(self, context: Any) -> Any:
        """
        Return the value itself, with the outputs in it replaced by what the tasks returned, and templates rendered.
        """
        found = {ref: output.resolve(context) for ref, output in self._outputs.items()}
        render = renderer(context)

        def fill(item: Any) -> Any:
            if isinstance(item, str):
                return render(item)
            if type(item) is Text:
                return render(self._texts[item])
            return found[item] if _is_reference(item) else INSIDE

        return map_values(self._value, fill)

    def shown(self) -> Any:
        """
        Return the value for the constructor of an operator: with references in place of outputs, as Airflow does it.
        """
        known: Mapping[Any, Any] = {**self._outputs, **self._texts}
        return map_values(self._value, lambda item: known[item] if _is_reference(item) else INSIDE)

    def serialize(self) -> Any:
        """
        Return the canonical form, made of plain values, for the serialized DAG.
        """
        return _canonical(self._value, {**self._outputs, **self._texts})


def _leaves(value: Any) -> Iterator[Any]:
    return (leaf for _path, leaf in walk(value, _is_reference))


def _references(value: Any) -> Iterator[ValueRef]:
    for leaf in _leaves(value):
        if type(leaf) is Text:
            yield from (part for part in leaf.parts if isinstance(part, Ref))
        elif _is_reference(leaf):
            yield leaf


def _is_reference(value: Any) -> bool:
    return type(value) in COMPILERS


def _canonical(value: Any, outputs: Mapping[Any, Any]) -> Any:
    leaf = functools.partial(_canonical_leaf, outputs)
    return fold(value, leaf, functools.partial(_canonical_container, outputs))


def _canonical_leaf(outputs: Mapping[Any, Any], value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value.value if isinstance(value, Enum) else value
    if _is_reference(value):
        return _canonical_reference(value, outputs)
    if isinstance(value, Enum):
        return f"{type(value).__qualname__}.{value.name}"
    if container_kind(type(value)) is not None:
        return INSIDE
    return f"<callable {_name(value)}>" if _is_function(value) else str(value)


def _canonical_container(outputs: Mapping[Any, Any], value: Any, contents: Contents, items: list[Any]) -> Any:
    if contents.kind is ContainerKind.MAPPING:
        keys = [str(_canonical(key, outputs)) for key in contents.keys]
        return dict(sorted(zip(keys, items, strict=True), key=lambda pair: pair[0]))
    if contents.kind is ContainerKind.SET:
        return sorted(items, key=lambda item: (type(item).__name__, str(item)))
    if contents.kind in {ContainerKind.FIELDS, ContainerKind.NAMESPACE}:
        return {"__type__": _name(type(value)), **dict(zip(contents.keys, items, strict=True))}
    return items


def _canonical_reference(value: ValueRef | Text, outputs: Mapping[Any, Any]) -> Any:
    if isinstance(value, ItemRef):
        return describe_item(value)
    if isinstance(value, Transform):
        # By task id: the sources of a transform are not in *outputs*.
        sources = [
            source.task_id if isinstance(source, Ref) else _canonical_reference(source, outputs)
            for source in value.sources
        ]
        return {"__items__": value.kind, "function": _canonical(value.function, outputs), "sources": sources}
    return str(outputs[value])


def _name(thing: Any) -> str:
    # Without the module: Airflow loads DAG files under module names that contain the path of the file.
    return str(thing.__qualname__)


COMPILERS: Final[Mapping[type[Any], Callable[[Any, Lookup], Any]]] = {
    Ref: lambda ref, lookup: lookup(ref),
    ItemRef: lambda ref, lookup: lookup(ref),
    ParamsRef: lambda ref, lookup: lookup(ref),
    Transform: _transformed,
    Text: lambda text, lookup: "".join(
        part if isinstance(part, str) else template_of(lookup(part)) for part in text.parts
    ),
}
"""One function for each kind of value that exists only when the task runs."""
