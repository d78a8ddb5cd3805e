"""
Imports what DAG files import lazily, once, in the DAG processor's parent.

The DAG processor parses each file in a process of its own, forked from one that runs for days. What that one has
imported costs the others nothing. It looks for `import airflow…` at the top of a file, and cannot see into a block of
lazy imports; every parse would import the same operators again.

Only what is installed is imported here: a module that users edit has to be read anew at each parse.
"""

from __future__ import annotations

import ast
import importlib
import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from flowkit.analysis.modules import clear_caches, spec_of
from flowkit.base.call_site import is_users

log: logging.Logger = logging.getLogger(__name__)

_OWN: Final = ("flowkit.airflow.publish", "flowkit.airflow.compile")
# Airflow waits meanwhile. What is not preloaded is imported by each parse, as it would be without this.
_SECONDS: Final = 30.0
_BLOCK: Final = b"lazy_imports"
_Clock = Callable[[], float]


def preload() -> tuple[str, ...]:
    """
    Import the modules, and return those that were imported. Whatever goes wrong is logged, and harms nothing.

    Airflow's configuration may hold, in the section `[flowkit]`: `preload` (`False` switches this off),
    `preload_modules` (more modules, by commas) and `preload_except` (modules and packages to leave out).
    """
    try:
        from airflow.configuration import conf

        if not conf.getboolean("flowkit", "preload", fallback=True):
            return ()
        began = time.monotonic()
        folders = tuple(_folders(conf))
        more = _names(conf.get("flowkit", "preload_modules", fallback=""))
        refused = _names(conf.get("flowkit", "preload_except", fallback=""))
        found = (
            name for name in wanted(folders, lambda: time.monotonic() - began) if _is_fixed(name, folders)
        )
        done = tuple(_imported((*_OWN, *more, *found), refused, lambda: time.monotonic() - began))
        log.info("flowkit preloaded %d modules in %.1f s", len(done), time.monotonic() - began)
        clear_caches()
    except Exception:
        log.exception("flowkit could not preload what DAG files import lazily")
        return ()
    return done


def wanted(folders: Iterable[Path], elapsed: _Clock) -> Iterator[str]:
    """
    Yield the modules that files below *folders* import in blocks of lazy imports, each once.

    Args:
        folders: The folders of DAG bundles.

        elapsed: Gives the seconds since the start. Nothing more is read when they are too many.
    """
    seen: set[str] = set()
    for folder in folders:
        for file in _python_files(folder):
            if elapsed() > _SECONDS:
                return
            for name in lazily_imported(file):
                if name not in seen:
                    seen.add(name)
                    yield name


def _python_files(folder: Path) -> Iterator[Path]:
    for where, inside, files in os.walk(folder):
        if "pyvenv.cfg" in files:
            inside.clear()
            continue
        inside[:] = sorted(name for name in inside if not name.startswith(".") and name != "__pycache__")
        yield from (Path(where, name) for name in sorted(files) if name.endswith(".py"))


def lazily_imported(file: Path) -> tuple[str, ...]:
    """
    Return the modules that *file* imports in blocks of lazy imports; of a file that cannot be read, none.
    """
    try:
        text = file.read_bytes()
        tree = ast.parse(text) if _BLOCK in text else None
    except (OSError, SyntaxError, ValueError):
        return ()
    found: list[str] = []
    for node in tree.body if tree is not None else ():
        if isinstance(node, ast.With) and any(_is_block(item.context_expr) for item in node.items):
            for one in node.body:
                if isinstance(one, ast.Import):
                    found += (alias.name for alias in one.names)
                elif isinstance(one, ast.ImportFrom) and one.module and not one.level:
                    found.append(one.module)
    return tuple(found)


def _is_block(node: ast.expr) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Name | ast.Attribute) and "lazy_imports" in ast.unparse(called)


def _imported(names: Iterable[str], refused: tuple[str, ...], elapsed: _Clock) -> Iterator[str]:
    for name in dict.fromkeys(names):
        if any(f"{name}.".startswith(f"{one}.") for one in refused):
            continue
        if elapsed() > _SECONDS:
            log.warning("flowkit stopped preloading after %.0f s, before %s", elapsed(), name)
            return
        try:
            importlib.import_module(name)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - `flowkit check` says what is wrong with it
            log.warning("flowkit could not preload %s: %s", name, error)
        else:
            yield name


def _is_fixed(name: str, folders: Iterable[Path]) -> bool:
    """
    Return whether the module *name* is installed, and not among what users edit.
    """
    parts = name.split(".")
    # An installed package may be laid into one that is edited, and the other way round.
    for count in range(1, len(parts) + 1):
        spec = spec_of(".".join(parts[:count]))
        if spec is None:
            return False
        locations = (
            [spec.origin]
            if spec.has_location and spec.origin
            else list(spec.submodule_search_locations or ())
        )
        if any(
            is_users(f"{location}/") or any(Path(location).is_relative_to(one) for one in folders)
            for location in locations
        ):
            return False
    return True


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def _folders(conf: Any) -> Iterator[Path]:
    """
    Yield where the DAG files are, as far as this can be known before Airflow has fetched them.
    """
    fetched = conf.get("dag_processor", "dag_bundle_storage_path", fallback=None)
    store = Path(fetched) if fetched else Path(tempfile.gettempdir(), "airflow", "dag_bundles")
    bundles: Any = conf.getjson("dag_processor", "dag_bundle_config_list", fallback=None) or [
        {"name": "dags-folder"}
    ]
    for bundle in bundles:
        path = (bundle.get("kwargs") or {}).get("path")
        if "LocalDagBundle" in bundle.get("classpath", "LocalDagBundle"):
            yield Path(path or conf.get("core", "dags_folder")).expanduser()
        else:
            yield store / str(bundle["name"])
