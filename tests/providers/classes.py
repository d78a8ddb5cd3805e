"""
The operators, sensors and transfers of all installed providers, and of Cosmos.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from flowkit.base.exception_text import sentence

PACKAGES = ("airflow.providers", "cosmos")
"""Where operators are looked for."""

_FOLDERS = frozenset({"operators", "sensors", "transfers"})
# Modules that start servers, change the configuration or define tables when they are imported.
_SKIPPED = frozenset(
    {"auth_manager", "cli", "executors", "migrations", "models", "plugins", "worker_api", "www"}
)


@attrs.frozen
class Found:
    """
    The classes of some providers.
    """

    classes: Mapping[str, type[Any]]
    """By `module:name`."""

    not_imported: Mapping[str, str]
    """By module: the error that importing it raised."""

    @property
    def providers(self) -> list[str]:
        """
        The names of the providers that have any of the classes.
        """
        return sorted({provider_of(path) for path in self.classes})


def provider_of(path: str) -> str:
    """
    Return the name of the provider that a module belongs to, such as `apache-spark`.
    """
    parts = path.partition(":")[0].split(".")
    if parts[0] != "airflow":
        return parts[0]
    inner = parts[2:]
    end = next((index for index, part in enumerate(inner) if part in _FOLDERS), len(inner))
    name = "-".join(inner[:end])
    return next((short for short in ("google", "amazon", "openlineage") if name.startswith(short)), name)


def find(providers: Iterable[str] | None = None) -> Found:
    """
    Import every module that can define operators, and return their public classes that are not abstract.

    Args:
        providers: Names of providers; all by default.
    """
    wanted = None if providers is None else set(providers)
    classes: dict[str, type[Any]] = {}
    failed: dict[str, str] = {}
    for name in _modules():
        if wanted is not None and provider_of(name) not in wanted:
            continue
        try:
            module = importlib.import_module(name)
        except Exception as error:  # noqa: BLE001 - a provider without an optional library may raise anything
            failed[name] = sentence(type(error).__name__, error)
            continue
        classes |= {f"{name}:{cls.__name__}": cls for cls in _operators(module)}
    return Found(classes, failed)


def at(*paths: str) -> dict[str, type[Any]]:
    """
    Return the classes at some paths, each `module:name`.
    """
    parts = {path: path.partition(":") for path in paths}
    return {path: getattr(importlib.import_module(module), name) for path, (module, _, name) in parts.items()}


def _modules() -> Iterator[str]:
    for package in PACKAGES:
        if importlib.util.find_spec(package.partition(".")[0]) is not None:
            spec = importlib.util.find_spec(package)
            for folder in (spec.submodule_search_locations or ()) if spec else ():
                yield from _below(Path(folder), package)


def _below(folder: Path, package: str) -> Iterator[str]:
    # Not `pkgutil`: it passes over folders without an `__init__.py`, such as `airflow.providers.apache`.
    for path in sorted(folder.iterdir()):
        name = f"{package}.{path.stem}"
        if path.name in _SKIPPED or path.name.startswith(("_", ".")) or not path.stem.isidentifier():
            continue
        if path.is_dir():
            yield from _below(path, name)
        elif path.suffix == ".py" and _FOLDERS.intersection(name.split(".")):
            yield name


def _operators(module: Any) -> Iterator[type[Any]]:
    from airflow.sdk import BaseOperator

    for name, value in vars(module).items():
        # A name that the module imports belongs to another one; a second name for a class is no second class.
        is_own = isinstance(value, type) and value.__module__ == module.__name__ and value.__name__ == name
        if (
            is_own
            and issubclass(value, BaseOperator)
            and not (name.startswith("_") or inspect.isabstract(value))
        ):
            yield value


def parameters(cls: type[Any]) -> dict[str, inspect.Parameter]:
    """
    Return what the constructors of *cls* and of its bases name, without those of `BaseOperator`.
    """
    named: dict[str, inspect.Parameter] = {}
    for base in cls.__mro__:
        if base.__name__ == "BaseOperator":
            break
        init = vars(base).get("__init__")
        if init is None:
            continue
        for name, parameter in inspect.signature(init).parameters.items():
            if name != "self" and parameter.kind in {parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY}:
                named.setdefault(name, parameter)
    return named
