"""
What an object of anybody's class consists of.
"""

from __future__ import annotations

from typing import Any

import attrs

from flowkit.model.values import fields_of


def fields_of_object(value: Any) -> dict[str, Any]:
    """
    Return the fields of *value* by name; none, if they cannot be read.
    """
    if attrs.has(type(value)) or hasattr(type(value), "__dataclass_fields__"):
        return {name: item for name, item in fields_of(value).items() if not name.startswith("__")}
    if hasattr(value, "relativedelta") or type(value).__module__.startswith("dateutil."):
        return {name: item for name, item in vars(value).items() if item and not name.startswith("_")}
    if type(value).__module__.startswith("kubernetes.") and hasattr(value, "attribute_map"):
        # Without the client's configuration, which holds every logger of the process.
        fields = {name: getattr(value, name, None) for name in value.attribute_map}
        return {name: item for name, item in fields.items() if item is not None}
    try:
        slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
        found = {
            name: getattr(value, name) for name in slots if isinstance(name, str) and hasattr(value, name)
        }
        return {**found, **vars(value)} if hasattr(value, "__dict__") else found
    except Exception:  # noqa: BLE001 - objects of anybody's make
        return {}


def stable_text(value: Any) -> str:
    """
    Return the text of *value* if it is the same in every process; otherwise an empty one.
    """
    try:
        text = str(value)
    except Exception:  # noqa: BLE001 - objects of anybody's make
        return ""
    # An address is another one in each process.
    return "" if " at 0x" in text else text
