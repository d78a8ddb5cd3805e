"""
The URIs of assets, which Airflow stores as ASCII.
"""

from __future__ import annotations

from typing import Any, Final

ASCII_URI_HINT: Final = 'Give it one: Asset("Käufe", uri="kaeufe").'
_MAX_DEPTH: Final = 20


def has_other_uri(value: object, depth: int = 0) -> bool:
    """
    Return whether *value* is or contains an asset whose URI is not ASCII. By default the URI is the name of the asset.

    Airflow accepts such an asset in a DAG, and fails when it writes the DAGs of the file to its database.
    """
    kind = type(value)
    if issubclass(kind, (list, tuple, set, frozenset)):
        items: Any = value
    elif kind.__name__ in {"AssetAll", "AssetAny"}:
        items = getattr(value, "objects", ())
    else:
        # By its attributes, since Airflow is not imported here.
        uri = getattr(value, "uri", None) if hasattr(kind, "uri") or kind.__name__ == "Asset" else None
        return type(uri) is str and not uri.isascii()
    return depth < _MAX_DEPTH and any(has_other_uri(item, depth + 1) for item in items)
