"""
Values in a plan: pure JSON, the same in every process, with secrets hidden.

Plain values are written unchanged. Everything else is an object with its kind under `"$"`.
"""

from __future__ import annotations

import functools
import math
import types
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import Enum
from pathlib import PurePath
from typing import Any, Final, final

import attrs

from flowkit.base.interruption import is_interruption
from flowkit.base.lazy_names import LazyImport, import_of
from flowkit.base.printable import decoded
from flowkit.base.secret_items import secret_items
from flowkit.base.secret_values import is_reference
from flowkit.base.sensitive import Masking, is_secret_name
from flowkit.model.calls import ItemRef, ParamsRef, Ref, Text, Transform
from flowkit.model.params import MISSING, fields_of
from flowkit.model.pod import Pod
from flowkit.model.schedule import Cron
from flowkit.model.values import INSIDE, ContainerKind, Contents, container_kind, fold
from flowkit.model.values import fields_of as values_by_field
from flowkit.report.function_digest import at_hand, module_of, name_of, reached_by, source_of, unwrapped
from flowkit.report.object_fields import fields_of_object, stable_text
from flowkit.rules.signatures import positional_names

PROJECT: Final = "<project>"
"""Replaces the path of the project's folder in texts: it differs between machines."""

_MAX_DEPTH = 12
_MAX_INT_BITS = 1_024
# Stands for the output of a task while a text is searched.
_OUTPUT: Final = "\0"
# Arguments of operators that hold those of a function.
_POSITIONAL: Final = frozenset({"op_args"})


@final
@attrs.frozen
class Writer:
    """
    Converts values to JSON.
    """

    masking: Masking

    root: str | None = None
    """The folder of the project."""

    _functions: dict[Any, dict[str, Any]] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    _objects: dict[int, tuple[Any, Any]] = attrs.field(factory=dict, init=False, eq=False, repr=False)
    """Objects and their written forms, by identity."""

    def named(self, values: Mapping[Any, Any], depth: int = 0) -> dict[str, Any]:
        """
        Return values by name; those under a sensitive name, and those that belong to one, are hidden.
        """
        paired = secret_items(list(values), list(values.values()), self.masking.is_sensitive)
        written: dict[str, Any] = {}
        for index, (name, value) in enumerate(values.items()):
            if index in paired:
                written[self._name(name)] = self._hide(value)
            else:
                written[self._name(name)] = self.under(name, value, depth, values)
        return written

    def _name(self, name: object) -> str:
        text = str(name)
        return text if text.isidentifier() else self.masking.mask(text)

    def under(self, name: object, value: Any, depth: int = 0, beside: Collection[Any] = ()) -> Any:
        """
        Return *value* in its written form under *name*; hidden if the name is sensitive, given the names *beside* it.
        """
        if self.masking.is_sensitive(name, beside):
            return self._hide(value, isinstance(name, str) and is_secret_name(name))
        if name == "params" and isinstance(value, type):
            return self._form(value, depth)
        if name in _POSITIONAL and isinstance(value, tuple | list) and isinstance(beside, Mapping):
            return self.positional(beside.get("python_callable"), value, depth)
        return self.value(value, depth)

    def positional(self, function: Any, values: Sequence[Any], depth: int = 0) -> list[Any]:
        """
        Return the positional arguments of a call; each has the name of its parameter: `connect("x")` of
        `def connect(password)`.
        """
        names = positional_names(at_hand(function), len(values)) if callable(function) else [""] * len(values)
        return [self.under(name, value, depth, names) for name, value in zip(names, values, strict=True)]

    def _hide(self, value: Any, numbers: bool = True) -> Any:
        # As in Airflow: every string below a sensitive name is a secret.
        return fold(
            value,
            functools.partial(self._hide_leaf, numbers=numbers),
            self._hidden_container,
            self._hide_endless,
        )

    def _hide_leaf(self, value: Any, *, numbers: bool) -> Any:
        if value is None or isinstance(value, bool | Ref | ItemRef | ParamsRef | Transform):
            return self.value(value)
        if isinstance(value, int | float):
            # `max_tokens=4096` is no secret, `password=4096` is one.
            return self.masking.hidden(value) if numbers else self.value(value)
        if isinstance(value, str) and (not value or is_reference(value)):
            return self.value(value)
        if isinstance(value, Text) and all(
            is_reference(part) for part in value.parts if isinstance(part, str)
        ):
            return self.value(value)
        return INSIDE if container_kind(type(value)) in _HIDDEN_BY_ITEM else self.masking.hidden(value)

    def _hide_endless(self, value: Any, _error: BaseException | None) -> Any:
        return self.masking.hidden(type(value).__qualname__)

    def _hidden_container(self, _value: Any, contents: Contents, items: list[Any]) -> Any:
        if contents.kind is ContainerKind.MAPPING:
            return {self._name(key): item for key, item in zip(contents.keys, items, strict=True)}
        return items

    def value(self, value: Any, depth: int = 0) -> Any:
        """
        Return *value* in its written form; of an object that raises when it is read, only its type.
        """
        try:
            return self._value(value, depth)
        except BaseException as error:
            if is_interruption(error):
                raise
            return {"$": "object", "type": name_of(type(value))}

    def _value(self, value: Any, depth: int) -> Any:
        value = at_hand(value)
        kind = type(value)
        if kind is LazyImport:
            return {"$": "class", "name": import_of(value).path}
        if kind is str:
            return self._text(value)
        if kind is bool or value is None:
            return value
        if kind is int:
            return self._int(value)
        if kind is float:
            return value if math.isfinite(value) else {"$": "float", "value": str(value)}
        if depth > _MAX_DEPTH:
            return {"$": "object", "type": name_of(kind)}
        for known, write in _WRITERS:
            if isinstance(value, known):
                return write(self, value, depth + 1)
        container = container_kind(kind)
        if container in _CONTAINERS:
            return _CONTAINERS[container](self, value, depth + 1)
        return self._object(value, depth + 1)

    def _int(self, value: int) -> Any:
        # Python writes no decimals of integers with thousands of digits.
        bits = value.bit_length()
        return value if bits <= _MAX_INT_BITS else {"$": "int", "bits": bits}

    def function(self, function: Any, depth: int = 0) -> dict[str, Any]:
        """
        Return what identifies a function: its name, its source, and what it reaches.
        """
        plain = unwrapped(function)
        if plain in self._functions:
            return self._functions[plain]
        written: dict[str, Any] = {"$": "function", "name": name_of(function), **self._source(plain)}
        self._functions[plain] = written  # it may be recursive
        reached = {
            name: self._reached(name, value, depth + 1)
            for name, value in reached_by(plain).items()
            if value is not plain
        }
        if reached:
            written["reaches"] = reached
        return written

    def _reached(self, name: str, value: Any, depth: int) -> Any:
        if isinstance(value, types.FunctionType | type):
            return {"$": "source", **self._source(value)}
        return self.under(name.rpartition(".")[2].removesuffix(" (closure)"), value, depth)

    def _source(self, thing: Any) -> dict[str, Any]:
        source = source_of(thing, self.masking)
        if source is None:
            return {}
        return {"source": source.digest, **({"hidden": source.hidden} if source.hidden else {})}

    def kind(self, kind: type[Any], _depth: int = 0) -> dict[str, Any]:
        """
        Return what identifies a class.
        """
        return {"$": "class", "name": name_of(kind), **self._source(kind)}

    def _form(self, params_class: type[Any], depth: int) -> dict[str, Any]:
        fields = []
        for field in fields_of(params_class):
            given = (
                {} if field.default is MISSING else {"default": self.under(field.name, field.default, depth)}
            )
            schema = {"schema": self._schema(field.name, field.schema, depth)} if field.schema else {}
            text = {"description": self._text(field.description)} if field.description else {}
            fields.append({"name": field.name, **given, **schema, **text})
        return {"$": "form", "name": name_of(params_class), "fields": fields}

    def _schema(self, name: str, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        # The values that a secret may have.
        hidden = {"default", "const", "enum", "examples"} if self.masking.is_sensitive(name) else ()
        return {
            key: self._hide(value) if key in hidden else self.under(key, value, depth)
            for key, value in schema.items()
        }

    def _text(self, text: str) -> Any:
        if self.root and self.root in text:
            text = text.replace(self.root, PROJECT)
        if not self.masking.find(text):
            return text
        return {"$": "text", "parts": list(self.masking.split(text))}

    def _mapping(self, value: Mapping[Any, Any], depth: int) -> Any:
        if "$" not in value and all(type(key) is str and self._name(key) == key for key in value):
            return self.named(value, depth)
        paired = secret_items(list(value), list(value.values()), self.masking.is_sensitive)
        items = [
            [
                self.value(key, depth),
                self._hide(item) if index in paired else self.under(key, item, depth, value),
            ]
            for index, (key, item) in enumerate(value.items())
        ]
        return {"$": "dict", "items": items}

    def _set(self, value: Iterable[Any], depth: int) -> Any:
        items = [self.value(item, depth) for item in value]
        return {"$": "set", "items": sorted(items, key=lambda item: (type(item).__name__, str(item)))}

    def _named_tuple(self, value: Any, depth: int) -> Any:
        return {"$": name_of(type(value)), **self.named(dict(zip(value._fields, value, strict=True)), depth)}

    def _tuple(self, value: tuple[Any, ...], depth: int) -> Any:
        return {"$": "tuple", "items": self._list(value, depth)}

    def _list(self, value: Sequence[Any], depth: int) -> list[Any]:
        paired = secret_items(None, value, self.masking.is_sensitive)
        return [
            self._hide(item) if index in paired else self.value(item, depth)
            for index, item in enumerate(value)
        ]

    def _bytes(self, value: bytes | bytearray | memoryview, _depth: int) -> Any:
        data = bytes(value)
        is_hidden = self.masking.find(decoded(data))
        return {"$": "bytes", "value": self.masking.hidden(data) if is_hidden else data.hex()}

    def _datetime(self, value: datetime, _depth: int) -> Any:
        zone = value.tzinfo and (getattr(value.tzinfo, "key", None) or str(value.tzinfo))
        return {"$": "datetime", "value": value.isoformat(), **({"timezone": zone} if zone else {})}

    def _date(self, value: date | time, _depth: int) -> Any:
        return {"$": type(value).__name__, "value": value.isoformat()}

    def _timedelta(self, value: timedelta, _depth: int) -> Any:
        return {"$": "timedelta", "seconds": value.total_seconds(), "text": str(value)}

    def _enum(self, value: Enum, depth: int) -> Any:
        if isinstance(value, str | int):
            return self.value(value.value, depth)
        return {"$": "enum", "name": f"{name_of(type(value))}.{value.name}"}

    def _partial(self, value: Any, depth: int) -> Any:
        given = {"args": self.positional(value.func, value.args, depth)} if value.args else {}
        named = {"kwargs": self.named(value.keywords, depth)} if value.keywords else {}
        return {"$": "partial", "function": self.value(value.func, depth), **given, **named}

    def _method(self, value: types.MethodType, depth: int) -> Any:
        return {
            "$": "method",
            "function": self.function(value.__func__, depth),
            "self": self.value(value.__self__, depth),
        }

    def _ref(self, value: Ref, _depth: int) -> Any:
        return {
            "$": "output",
            "task": value.task_id,
            **({} if value.key is None else {"key": self._text(value.key)}),
        }

    def _parts(self, value: Text, depth: int) -> Any:
        # Searched as a whole: a secret may continue after an output.
        text = "".join(part if isinstance(part, str) else _OUTPUT for part in value.parts)
        outputs = iter([part for part in value.parts if not isinstance(part, str)])
        parts: list[Any] = []
        end = 0
        for start, stop in [
            *((span.start, span.end) for span in self.masking.find(text)),
            (len(text), len(text)),
        ]:
            for index, piece in enumerate(text[end:start].split(_OUTPUT)):
                parts += [self.value(next(outputs), depth)] if index else []
                parts += [piece] if piece else []
            if stop > start:
                parts.append(self.masking.hidden(text[start:stop]))
                hidden = [next(outputs) for _ in range(text.count(_OUTPUT, start, stop))]
                parts += [self.value(output, depth) for output in hidden]
            end = stop
        return {"$": "text", "parts": parts}

    def _transform(self, value: Transform, depth: int) -> Any:
        fill = {} if value.fill is ... else {"fill": self.value(value.fill, depth)}
        function = {} if value.function is None else {"function": self.value(value.function, depth)}
        return {"$": "items", "kind": value.kind, "of": self._list(value.sources, depth), **function, **fill}

    def _item(self, value: ItemRef, _depth: int) -> Any:
        path = {"path": list(value.path)} if value.path else {}
        return {"$": "item", "group": value.group_id, "parameter": value.parameter, **path}

    def _params(self, value: ParamsRef, _depth: int) -> Any:
        field = {} if value.field is None else {"field": value.field}
        return {"$": "params", "of": name_of(value.params_class), **field}

    def _pod(self, value: Pod, depth: int) -> Any:
        # What is left out is inherited. Its fields name secrets and accounts of Kubernetes, and hold none.
        given = {name: item for name, item in values_by_field(value).items() if item is not None}
        return {"$": "flowkit.Pod", **{name: self.value(item, depth) for name, item in given.items()}}

    def _cron(self, value: Cron, _depth: int) -> Any:
        zone = {} if value.timezone is None else {"timezone": value.timezone}
        return {"$": "cron", "expression": value.expression, **zone}

    def _module(self, value: types.ModuleType, _depth: int) -> Any:
        return {"$": "module", "name": module_of(value)}

    def _object(self, value: Any, depth: int) -> Any:
        """
        Return an object of any class, by its fields; one of Airflow's timetables in the form that Airflow stores.
        """
        name = name_of(type(value))
        if callable(value) and hasattr(value, "__qualname__"):
            return {"$": "function", "name": name_of(value)}
        # Once each: objects that hold many others, and these each other, would be written almost without end.
        if id(value) not in self._objects:
            self._objects[id(value)] = (value, {"$": name})
            fields = fields_of_object(value)
            text = "" if fields else stable_text(value)
            rest = {"text": self._text(text)} if text else self.named(fields, depth)
            self._objects[id(value)] = (value, {"$": name, **rest})
        return self._objects[id(value)][1]


_WRITERS: Final[tuple[tuple[Any, Any], ...]] = (
    (Enum, Writer._enum),
    (str, lambda writer, value, _depth: writer._text(str(value))),
    (bool, lambda _writer, value, _depth: bool(value)),
    (int, lambda writer, value, _depth: writer._int(int(value))),
    (float, lambda writer, value, depth: writer.value(float(value), depth)),
    (datetime, Writer._datetime),
    ((date, time), Writer._date),
    (timedelta, Writer._timedelta),
    (Ref, Writer._ref),
    (Text, Writer._parts),
    (Transform, Writer._transform),
    (ItemRef, Writer._item),
    (ParamsRef, Writer._params),
    (Cron, Writer._cron),
    (Pod, Writer._pod),
    ((bytes, bytearray, memoryview), Writer._bytes),
    (PurePath, lambda writer, value, _depth: {"$": "path", "value": writer._text(str(value))}),
    (type, Writer.kind),
    (types.FunctionType, Writer.function),
    (types.MethodType, Writer._method),
    (functools.partial, Writer._partial),
    (types.ModuleType, Writer._module),
)

_CONTAINERS: Final[Mapping[ContainerKind | None, Callable[[Writer, Any, int], Any]]] = {
    ContainerKind.MAPPING: Writer._mapping,
    ContainerKind.SET: Writer._set,
    ContainerKind.NAMED_TUPLE: Writer._named_tuple,
    ContainerKind.TUPLE: Writer._tuple,
    ContainerKind.LIST: Writer._list,
}
# Below a sensitive name; containers of other kinds are hidden as a whole.
_HIDDEN_BY_ITEM: Final = _CONTAINERS.keys() - {ContainerKind.SET}
