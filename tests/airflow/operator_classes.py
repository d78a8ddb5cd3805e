"""
All operators of all providers in this environment, each with a call that constructs it.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import airflow.providers
from airflow.sdk import DAG, BaseOperator

_FOLDERS = {"operators", "sensors", "transfers", "decorators"}


def _function(*_args: Any, **_kwargs: Any) -> str:
    return "x"


_CANDIDATES: tuple[Any, ...] = ("x", {"x": "y"}, ["x"], 1, _function, "2026-01-01", "{{ ds }}")
"""What the required arguments of an operator may be; one value for all of them is enough for most."""


def operator_classes() -> Iterator[type[BaseOperator]]:
    """
    Yield each operator that a module of an installed provider defines.
    """
    for name in _modules():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                loaded = importlib.import_module(name)
        except Exception:  # noqa: BLE001, S112 - it needs a package that is not installed
            continue
        for value in vars(loaded).values():
            if isinstance(value, type) and issubclass(value, BaseOperator) and value.__module__ == name:
                yield value


def _modules() -> Iterator[str]:
    for folder in map(Path, airflow.providers.__path__):
        for file in sorted(folder.rglob("*.py")):
            parts = file.relative_to(folder).with_suffix("").parts
            if not _FOLDERS.isdisjoint(parts[:-1]):
                yield ".".join(("airflow", "providers", *parts)).removesuffix(".__init__")


def good_call(operator: type[BaseOperator], make: Callable[..., Any]) -> dict[str, Any] | None:
    """
    Return arguments with which *operator* can be constructed; `None` if none were found.

    Args:
        operator: The class.

        make: Constructs it from the arguments.
    """
    required = set[str]()
    for parent in operator.__mro__:
        required |= set(getattr(vars(parent).get("__init__"), "_BaseOperatorMeta__non_optional_args", ()))
    for value in _CANDIDATES:
        arguments = dict.fromkeys(required, value)
        if "python_callable" in required:
            arguments["python_callable"] = _function
        if attempt(make, arguments) is not None:
            return arguments
    return None


def attempt(make: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    """
    Return what *make* constructs in a DAG of its own; `None` if it raises.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return make(task_id="t", dag=DAG("d", schedule=None), **arguments)
        except Exception:  # noqa: BLE001 - any operator may check anything
            return None
