"""
Formats values of a plan as short text that resembles Python source.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flowkit.base.sensitive import HIDDEN

_MAX_LENGTH: Final = 80


def format_value(value: Any, max_length: int = _MAX_LENGTH) -> str:
    """
    Return *value* as one line of at most *max_length* characters.
    """
    text = _text(value)
    return text if len(text) <= max_length else f"{text[: max_length - 1]}…"


def short_name(name: str) -> str:
    """
    Return the last part of a qualified name; for a method, `Class.method`.
    """
    parts = name.split(".")
    keep = 2 if len(parts) > 2 and parts[-2][:1].isupper() else 1
    return ".".join(parts[-keep:])


def format_kwargs(values: Mapping[str, Any]) -> str:
    """
    Return *values* as keyword arguments.
    """
    return ", ".join(f"{name}={format_value(value)}" for name, value in values.items())


def format_call(runs: Mapping[str, Any] | None) -> str:
    """
    Return what a task runs as a call: `python load('orders')`.
    """
    if runs is None:
        return "-"
    kind = runs["kind"]
    if kind == "each":
        over = [f"{name}=over({format_value(value)})" for name, value in runs.get("over", {}).items()]
        sets = [f"**over({format_value(runs['kwargs_sets'])})"] if "kwargs_sets" in runs else []
        return _call(runs["call"], [*over, *sets])
    if kind == "asset":
        return f"asset {short_name(runs['function'].get('name', '?'))} → {format_value(runs['asset'])}"
    return _call(runs, [])


def _call(call: Mapping[str, Any], more: list[str]) -> str:
    if call["kind"] == "operator":
        word, name = "operator", short_name(call["operator"]["name"])
    else:
        word = call["decorator"]["name"] if "decorator" in call else call["kind"]
        function = call["function"]
        name = short_name(function["name"]) if "name" in function else format_value(function)
        name += f".{call['method']}" if "method" in call else ""
    given = [format_value(value, 40) for value in call.get("args", ())]
    by_name = [f"{name}={format_value(value, 40)}" for name, value in call.get("kwargs", {}).items()]
    return f"{word} {name}({', '.join([*given, *by_name, *more])})"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, list):
        return f"[{_joined(value)}]"
    if not isinstance(value, Mapping):
        return repr(value)
    kind = value.get("$")
    if kind is None:
        return "{" + ", ".join(f"{name!r}: {_text(item)}" for name, item in value.items()) + "}"
    write = _KINDS.get(kind)
    return write(value) if write else _record(str(kind), value)


def _joined(values: Any) -> str:
    return ", ".join(_text(item) for item in values)


def _record(kind: str, value: Mapping[str, Any]) -> str:
    fields = [(name, item) for name, item in value.items() if name != "$" and item is not None]
    return f"{short_name(kind)}({', '.join(f'{name}={_text(item)}' for name, item in fields)})"


def _parts(value: Mapping[str, Any]) -> str:
    text = "".join(part if isinstance(part, str) else _part(part) for part in value["parts"])
    return repr(text)


def _part(part: Mapping[str, Any]) -> str:
    return HIDDEN if part["$"] == "hidden" else f"{{{_text(part)}}}"


def _output(value: Mapping[str, Any]) -> str:
    key = f"[{_text(value['key'])}]" if "key" in value else ""
    return f"{value['task']}.output{key}"


def _params(value: Mapping[str, Any]) -> str:
    field = f".{value['field']}" if "field" in value else ""
    return f"params({short_name(value['of'])}){field}"


def _items(value: Mapping[str, Any]) -> str:
    function = [_text(value["function"])] if "function" in value else []
    return f"items.{value['kind']}({', '.join([*function, _joined(value['of'])])})"


def _cron(value: Mapping[str, Any]) -> str:
    zone = f", timezone={value['timezone']!r}" if "timezone" in value else ""
    return f"cron({value['expression']!r}{zone})"


def _form(value: Mapping[str, Any]) -> str:
    fields = [
        f"{field['name']}={_text(field['default'])}" if "default" in field else field["name"]
        for field in value["fields"]
    ]
    return f"{short_name(value['name'])}({', '.join(fields)})"


_KINDS: Final[dict[str, Any]] = {
    "hidden": lambda _value: HIDDEN,
    "text": _parts,
    "output": _output,
    "item": lambda value: (
        f"item {'.'.join([value['parameter'], *value.get('path', ())])} of {value['group']}"
    ),
    "params": _params,
    "items": _items,
    "cron": _cron,
    "form": _form,
    "function": lambda value: short_name(value["name"]),
    "class": lambda value: short_name(value["name"]),
    "module": lambda value: value["name"],
    "enum": lambda value: short_name(value["name"]),
    "method": lambda value: f"{_text(value['self'])}.{_text(value['function'])}",
    "datetime": lambda value: " ".join(
        [value["value"].replace("T", " ").removesuffix(" 00:00:00"), *_zone(value)]
    ),
    "date": lambda value: value["value"],
    "time": lambda value: value["value"],
    "timedelta": lambda value: value["text"],
    "float": lambda value: value["value"],
    "bytes": lambda value: f"bytes({_text(value['value'])})",
    "path": lambda value: f"Path({_text(value['value'])})",
    "set": lambda value: f"{{{_joined(value['items'])}}}",
    "tuple": lambda value: f"({_joined(value['items'])}{',' if len(value['items']) == 1 else ''})",
    "dict": lambda value: (
        "{" + ", ".join(f"{_text(key)}: {_text(item)}" for key, item in value["items"]) + "}"
    ),
}


def _zone(value: Mapping[str, Any]) -> list[str]:
    # The text already contains the offset.
    zone = value.get("timezone", "")
    return [f"({zone})"] if "/" in zone else []
