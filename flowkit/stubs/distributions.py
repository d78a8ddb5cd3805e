"""
The installed distributions that modules belong to, and their versions.
"""

from __future__ import annotations

import functools
import importlib.metadata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from flowkit.analysis.modules import spec_of

_PROVIDERS: Final = "airflow.providers."
_SDK: Final = "airflow.sdk"
# The folders of providers that hold operators, by Airflow's convention.
_FOLDERS: Final = frozenset({"operators", "sensors", "transfers"})
# The modules of the SDK that define operators; that of `BaseOperator` itself stays as it is.
_SDK_MODULES: Final = ("airflow.sdk.bases.branch", "airflow.sdk.bases.decorator", "airflow.sdk.bases.sensor")


def versions_of(modules: Iterable[str]) -> dict[str, str]:
    """
    Return the distributions that *modules* belong to, with their versions, sorted by name.
    """
    names = {name for module in modules if (name := distribution_of(module)) is not None}
    return {name: version for name in sorted(names) if (version := installed_version(name)) is not None}


@functools.cache
def installed_version(distribution: str) -> str | None:
    """
    Return the version of an installed distribution; `None` if it is not installed.
    """
    try:
        return importlib.metadata.version(distribution)
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return None


def clear_caches() -> None:
    """
    Discard what was read: other versions may have been installed.
    """
    installed_version.cache_clear()
    _by_package.cache_clear()


def distribution_of(module: str) -> str | None:
    """
    Return the name of the distribution that installed *module*; `None` if none did.
    """
    if module == _SDK or module.startswith(f"{_SDK}."):
        return "apache-airflow-task-sdk"
    if module.startswith(_PROVIDERS):
        parts = module.removeprefix(_PROVIDERS).split(".")
        for count in range(len(parts), 0, -1):
            name = "-".join(["apache-airflow-providers", *(part.replace("_", "-") for part in parts[:count])])
            if installed_version(name) is not None:
                return name
    if module == "airflow" or module.startswith("airflow."):
        return "apache-airflow-core"
    names = _by_package().get(module.partition(".")[0], ())
    return min(names, default=None)


@functools.cache
def _by_package() -> dict[str, list[str]]:
    return dict(importlib.metadata.packages_distributions())


def is_operator_module(module: str) -> bool:
    """
    Return whether a module holds operators by Airflow's convention for the folders of providers.
    """
    return module in _SDK_MODULES or (
        module.startswith(_PROVIDERS) and not _FOLDERS.isdisjoint(module.split(".")[2:-1])
    )


def all_operator_modules() -> list[str]:
    """
    Return the operator, sensor and transfer modules of all installed providers, and those of the SDK.
    """
    every = [*_SDK_MODULES, *_modules_below(_PROVIDERS.rstrip("."))]
    return sorted({module for module in every if is_operator_module(module)})


def _modules_below(package: str) -> Iterator[str]:
    # `pkgutil.iter_modules` passes over folders without `__init__.py`, as `airflow/providers/common` is one.
    spec = spec_of(package)
    names: set[str] = set()
    for folder in (spec and spec.submodule_search_locations) or ():
        for entry in Path(folder).iterdir():
            if entry.suffix == ".py" and entry.stem != "__init__":
                names.add(entry.stem)
            elif entry.name.isidentifier() and entry.name != "__pycache__" and entry.is_dir():
                yield from _modules_below(f"{package}.{entry.name}")
    yield from (f"{package}.{name}" for name in sorted(names))
