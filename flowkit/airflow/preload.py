"""
Preloads the lazy imports of DAG files, once, in the parent process of the DAG processor.

The DAG processor forks a process for each parse, from a parent that runs for days. What the parent has imported, the
children need not import. Airflow preloads modules from `import airflow…` at the top of a file, but does not look into
a block of lazy imports: without this module, every parse would import the same operators again.

Only installed modules are preloaded: a module that users edit has to be read again at each parse.
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
from flowkit.base.exception_text import exception_text
from flowkit.base.interruption import is_interruption

log: logging.Logger = logging.getLogger(__name__)

_FLOWKIT_MODULES: Final = ("flowkit.airflow.publish", "flowkit.airflow.compile")
# Airflow waits for this. Each parse imports whatever has not been preloaded.
_TIMEOUT_S: Final = 30.0
_LAZY_IMPORTS: Final = b"lazy_imports"
_Stopwatch = Callable[[], float]


def preload() -> tuple[str, ...]:
    """
    Import the modules, and return those that were imported. Errors are logged and otherwise ignored.

    Options in the section `[flowkit]` of Airflow's configuration: `preload` (`False` turns this off),
    `preload_modules` (more modules, comma-separated) and `preload_except` (modules and packages to skip).
    """
    try:
        from flowkit.airflow.compat import conf

        if not conf.getboolean("flowkit", "preload", fallback=True):
            return ()
        start = time.monotonic()
        folders = tuple(_folders(conf))
        extra = _names(conf.get("flowkit", "preload_modules", fallback=""))
        excluded = _names(conf.get("flowkit", "preload_except", fallback=""))
        candidates = (
            name for name in wanted(folders, lambda: time.monotonic() - start) if _is_installed(name, folders)
        )
        done = tuple(
            _imported((*_FLOWKIT_MODULES, *extra, *candidates), excluded, lambda: time.monotonic() - start)
        )
        log.info("flowkit preloaded %d modules in %.1f s", len(done), time.monotonic() - start)
        clear_caches()
    except Exception:
        log.exception("flowkit could not preload the lazy imports of DAG files")
        return ()
    return done


def wanted(folders: Iterable[Path], elapsed: _Stopwatch) -> Iterator[str]:
    """
    Yield each module once that a file below *folders* imports in a block of lazy imports.

    Args:
        folders: The folders of DAG bundles.

        elapsed: Returns the seconds since the start. After `_TIMEOUT_S`, no more files are read.
    """
    seen: set[str] = set()
    for folder in folders:
        for file in _python_files(folder):
            if elapsed() > _TIMEOUT_S:
                return
            for name in lazily_imported(file):
                if name not in seen:
                    seen.add(name)
                    yield name


def _python_files(folder: Path) -> Iterator[Path]:
    for parent, subfolders, files in os.walk(folder):
        if "pyvenv.cfg" in files:
            subfolders.clear()
            continue
        subfolders[:] = sorted(
            name for name in subfolders if not name.startswith(".") and name != "__pycache__"
        )
        yield from (Path(parent, name) for name in sorted(files) if name.endswith(".py"))


def lazily_imported(file: Path) -> tuple[str, ...]:
    """
    Return the modules that *file* imports in blocks of lazy imports; an empty tuple if it cannot be read.
    """
    try:
        text = file.read_bytes()
        tree = ast.parse(text) if _LAZY_IMPORTS in text else None
    except (OSError, SyntaxError, ValueError):
        return ()
    modules: list[str] = []
    for node in tree.body if tree is not None else ():
        if isinstance(node, ast.With) and any(_is_block(item.context_expr) for item in node.items):
            for statement in node.body:
                if isinstance(statement, ast.Import):
                    modules += (alias.name for alias in statement.names)
                elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
                    modules.append(statement.module)
    return tuple(modules)


def _is_block(node: ast.expr) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Name | ast.Attribute) and "lazy_imports" in ast.unparse(called)


def _imported(names: Iterable[str], excluded: tuple[str, ...], elapsed: _Stopwatch) -> Iterator[str]:
    for name in dict.fromkeys(names):
        if any(f"{name}.".startswith(f"{prefix}.") for prefix in excluded):
            continue
        if elapsed() > _TIMEOUT_S:
            log.warning("flowkit stopped preloading after %.0f s, before %s", elapsed(), name)
            return
        try:
            importlib.import_module(name)
        except BaseException as error:  # `flowkit check` reports it
            if is_interruption(error):
                raise
            log.warning("flowkit could not preload %s: %s", name, exception_text(error))
        else:
            yield name


def _is_installed(name: str, folders: Iterable[Path]) -> bool:
    """
    Return whether the module *name* is installed, and not one that users edit.
    """
    parts = name.split(".")
    # An installed package may be nested in an edited one (a namespace package), and the other way round.
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
            is_users(f"{location}/") or any(Path(location).is_relative_to(folder) for folder in folders)
            for location in locations
        ):
            return False
    return True


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def _folders(conf: Any) -> Iterator[Path]:
    """
    Yield the folders of the DAG bundles, as far as they are known before Airflow fetches them.
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
