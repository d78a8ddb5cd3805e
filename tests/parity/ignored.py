"""
What may differ between an example of Airflow's and its port: each thing once, with the reason.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

DAG_FIELDS = {
    "fileloc": "the source location",
    "relative_fileloc": "the source location",
    "_processor_dags_folder": "the source location",
}
"""Fields of a DAG that say where it was written."""


def normalized(data: dict[str, Any], *, has_doc: bool) -> dict[str, Any]:
    """
    Return a serialized DAG without what may differ.

    Args:
        data: What Airflow stores.

        has_doc: Whether the author of the example documented the DAG. Where nobody did, flowkit writes the place.
    """
    dag = {name: value for name, value in data["dag"].items() if name not in DAG_FIELDS}
    if not has_doc:
        dag.pop("doc_md", None)
    # In the order in which they were made, which follows the graph in one and the author's pen in the other. Airflow
    # orders tasks by their edges wherever an order matters.
    dag["tasks"] = sorted(dag["tasks"], key=lambda task: str(task["__var"]["task_id"]))
    result: dict[str, Any] = _walk({**data, "dag": dag})
    return result


def _callable_name(value: str) -> str:
    # The name of a function, without the function or the module that it stands in: a source location.
    return value.rpartition(".")[2]


def _module(value: str) -> str:
    # Airflow loads DAG files under names that hold a hash of their path; a port imports the classes of an example
    # from the module that the example is to Python.
    return _LOADED_AS.sub("", value)


_LOADED_AS = re.compile(
    r"^(unusual_prefix_[0-9a-f]+_|airflow\.(providers\.standard\.)?example_dags\.(?=\w+$))"
)


def _text(value: Any) -> Any:
    # The docstring of a nested function is indented in the source; Python 3.13 removes that, earlier ones do not.
    return inspect.cleandoc(value) if isinstance(value, str) else value


_CHANGES: dict[str, Callable[[Any], Any]] = {
    "python_callable_name": _callable_name,
    "_task_module": _module,
    "doc_md": _text,
    "tooltip": _text,
    # The source code of functions that an output is mapped through.
    "callables": len,
    # The source code of hooks: that there is one.
    "_pre_execute_hook": bool,
    "_post_execute_hook": bool,
}
"""Fields that are compared in another form, by name."""


def _walk(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _CHANGES[name](_walk(item)) if name in _CHANGES and item is not None else _walk(item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_walk(item) for item in value]
    return value
