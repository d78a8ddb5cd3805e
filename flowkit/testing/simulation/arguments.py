"""
The arguments of a task when it runs: outputs, items, params and rendered templates in place of references to them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final, final

from flowkit.model.calls import EachCall, ItemRef, ParamsRef, Ref, Text, Transform
from flowkit.model.params import from_values
from flowkit.model.values import INSIDE, ContainerKind, container_kind, contents_of, map_values, walk
from flowkit.testing.simulation.dependencies import relevant_numbers
from flowkit.testing.simulation.instances import UNEXPANDED, Instance
from flowkit.testing.simulation.lengths import Lengths
from flowkit.testing.simulation.sequences import item_at, transformed
from flowkit.testing.simulation.task_graph import TaskGraph
from flowkit.testing.simulation.templates import Templates, is_template
from flowkit.testing.simulation.xcoms import RETURN_KEY, ResultSequence, XComs

_PLAIN: Final = frozenset({int, float, bool, type(None)})
_RECORDS: Final = frozenset({ContainerKind.FIELDS, ContainerKind.SET})
_EXPRESSION: Final = "flowkit_output_{}"


@final
class Arguments:
    """
    Evaluates the arguments of one instance.
    """

    def __init__(
        self,
        instance: Instance,
        context: Mapping[str, Any],
        *,
        graph: TaskGraph,
        lengths: Lengths,
        xcoms: XComs,
        templates: Templates,
    ) -> None:
        self._instance = instance
        self._context = context
        self._graph = graph
        self._lengths = lengths
        self._xcoms = xcoms
        self._templates = templates
        self._native = templates.is_native(graph.tasks[instance.task_id].options)
        self.extensions: tuple[str, ...] = ()
        """The ends of the texts that name template files."""

    def evaluate(self, value: Any) -> Any:
        """
        Return an argument with references replaced and texts rendered, as Airflow does it with a template field.
        """
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is str:
            return self._render(value)
        if kind in _READERS:
            return _READERS[kind](self, value)
        container = container_kind(kind)
        if container is None:
            return self._leaf(value)
        if container in _KEPT and _is_rendered(value):
            return self._container(value, container)
        if container in _RECORDS or self._holds_reference(value):
            return map_values(value, self._in_record)
        return value

    def resolved(self, value: Any) -> Any:
        """
        Return an argument that is no template field: only references are replaced.
        """
        return map_values(
            value, lambda item: _READERS[type(item)](self, item) if type(item) in _READERS else INSIDE
        )

    def mapped(self, call: EachCall) -> dict[str, Any]:
        """
        Return the arguments that a mapped task gets for this instance.
        """
        if call.by_set:
            # Airflow renders texts in sets that a task has returned, too.
            given = self._set_of(call.mapped["kwargs_sets"], written=lambda value: value)
            return {name: self.evaluate(value) for name, value in given.items()}
        return {
            name: item if _is_data(call.mapped[name]) else self.evaluate(item)
            for name, item in self._items(call.mapped).items()
        }

    def _render(self, text: str) -> Any:
        if self.extensions and text.endswith(self.extensions):
            text = self._templates.file(text)
        return self._templates.render(text, self._context, native=self._native)

    def _leaf(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._render(str(value))
        resolve = None if isinstance(value, os.PathLike | type) else getattr(value, "resolve", None)
        return value if resolve is None else resolve(self._context)

    def _container(self, value: Any, kind: ContainerKind) -> Any:
        contents = contents_of(value, kind)
        items = [self.evaluate(item) for item in contents.items]
        if kind is ContainerKind.NAMED_TUPLE:
            return type(value)(*items)
        if kind is ContainerKind.MAPPING:
            return dict(zip(contents.keys, items, strict=True))
        return _KEPT[kind](items)

    def _in_record(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._render(value) if is_template(value) else value
        return _READERS[type(value)](self, value) if type(value) in _READERS else INSIDE

    def _holds_reference(self, value: Any) -> bool:
        return any(type(leaf) in _READERS for _path, leaf in walk(value, lambda leaf: type(leaf) in _READERS))

    def _output(self, ref: Ref) -> Any:
        task_id, key = ref.task_id, ref.key or RETURN_KEY
        if self._graph.is_mapped(task_id):
            return ResultSequence(self._xcoms, task_id, key)
        groups = self._graph.mapped_groups[task_id]
        if not groups:
            return self._one(task_id, key, UNEXPANDED)
        if groups[0] not in self._graph.mapped_groups[self._instance.task_id]:
            return [result for result in self._xcoms.all(task_id, key) if result is not None]
        numbers = relevant_numbers(self._graph, self._lengths, self._instance, task_id)
        if numbers is None:
            return self._xcoms.all(task_id, key)
        return self._one(task_id, key, numbers[0])

    def _one(self, task_id: str, key: str, map_index: int) -> Any:
        value = self._xcoms.get(task_id, key, map_index)
        if value is None and key != RETURN_KEY:
            task = self._graph.tasks[task_id]
            # Airflow does not distinguish a result of None from none at all.
            if not task.options.get("multiple_outputs", task.multiple_outputs and task.action is not None):
                msg = f"No XCom value found for task_id={task_id!r} with key {key!r}"
                raise LookupError(msg)
        return value

    def _transform(self, transform: Transform) -> Any:
        return transformed(transform, [self._source(source) for source in transform.sources])

    def _source(self, source: Any) -> Any:
        return _READERS[type(source)](self, source) if type(source) in _READERS else source

    def _params(self, ref: ParamsRef) -> Any:
        instance = from_values(ref.params_class, self._context["params"])
        return instance if ref.field is None else getattr(instance, ref.field)

    def _text(self, text: Text) -> Any:
        names: dict[str, Any] = {}
        parts: list[str] = []
        for part in text.parts:
            if isinstance(part, str):
                parts.append(part)
                continue
            name = _EXPRESSION.format(len(names))
            names[name] = self._in_text(part)
            parts.append(f"{{{{ {name} }}}}")
        return self._templates.render("".join(parts), {**self._context, **names}, native=self._native)

    def _in_text(self, ref: Ref) -> Any:
        task_id, key = ref.task_id, ref.key or RETURN_KEY
        around = self._graph.mapped_groups[self._instance.task_id]
        groups = self._graph.mapped_groups[task_id]
        if self._graph.is_mapped(task_id) or (groups and groups[0] not in around):
            return [value for value in self._xcoms.all(task_id, key) if value is not None]
        return self._xcoms.get(task_id, key, self._instance.map_index if groups else UNEXPANDED)

    def _item(self, ref: ItemRef) -> Any:
        group = self._graph.groups[ref.group_id]
        mapped = group.mapped or {}
        item: Any
        if group.by_set:
            given = self._set_of(mapped["kwargs_sets"], written=self._written_item)
            if ref.parameter not in given and ref.parameter in group.set_defaults:
                return group.set_defaults[ref.parameter]
            item = given[ref.parameter]
        else:
            item = self._items(mapped)[ref.parameter]
            if not _is_data(mapped[ref.parameter]):
                item = self._written_item(item)
        for field in ref.path:
            item = getattr(item, field)
        return item

    def _written_item(self, item: Any) -> Any:
        return map_values(item, self._in_record)

    def _items(self, mapped: Mapping[str, Any]) -> dict[str, Any]:
        """
        Return the item of each mapped argument; that of the last one changes fastest.
        """
        values = {name: self._source(value) for name, value in mapped.items()}
        index = self._instance.map_index
        items: dict[str, Any] = {}
        for name in reversed(values):
            size = len(values[name])
            if size < 1:
                msg = f"cannot expand field mapped to length {size!r}"
                raise RuntimeError(msg)
            items[name] = item_at(values[name], index % size)
            index //= size
        return {name: items[name] for name in mapped}

    def _set_of(self, sets: Any, written: Callable[[Any], Any]) -> dict[str, Any]:
        """
        Return the set of arguments for this instance.
        """
        values = self._source(sets)
        if not hasattr(values, "__getitem__") or isinstance(values, Mapping | str):
            msg = f"expand_kwargs() expects a list[dict], not {type(values).__name__}"
            raise ValueError(msg)
        given = values[self._instance.map_index]
        is_data = _is_data(sets) or type(given) in _READERS
        if type(given) in _READERS:
            given = self._source(given)
        if not isinstance(given, Mapping):
            msg = f"expand_kwargs() expects a list[dict], not list[{type(given).__name__}]"
            raise ValueError(msg)  # noqa: TRY004 - as Airflow
        return {name: value if is_data else written(value) for name, value in given.items()}


def _is_data(mapped: Any) -> bool:
    # What a task has returned is data, in which nothing is rendered.
    return isinstance(mapped, Ref | Transform | ItemRef)


def _is_rendered(value: Any) -> bool:
    if isinstance(value, AbstractSet):
        return isinstance(value, set) and any("{" in str(item) for item in value)
    return isinstance(value, dict) or not isinstance(value, Mapping)


_KEPT: Final[Mapping[ContainerKind, Callable[[list[Any]], Any]]] = {
    ContainerKind.MAPPING: dict,
    ContainerKind.NAMED_TUPLE: tuple,
    ContainerKind.LIST: list,
    ContainerKind.TUPLE: tuple,
    ContainerKind.SET: set,
}
"""The kinds of container in which Airflow itself renders texts."""

_READERS: Final[Mapping[type[Any], Callable[[Arguments, Any], Any]]] = {
    Ref: Arguments._output,
    ItemRef: Arguments._item,
    ParamsRef: Arguments._params,
    Transform: Arguments._transform,
    Text: Arguments._text,
}
"""One method for each kind of value that exists only when the task runs."""
