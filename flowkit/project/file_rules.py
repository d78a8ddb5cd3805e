"""
Rules for files: those that Airflow cannot load or would not read, and conflicts between files.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder
from pathlib import Path
from typing import Any, Final

from flowkit.airflow.register_problems import registered_in_helper
from flowkit.analysis.sources import Sources
from flowkit.base.call_site import SourceLocation
from flowkit.base.paths import is_folder
from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.project.discovery import airflow_reads
from flowkit.project.findings import CheckedFile
from flowkit.project.loading import LoadedFile

# The finders of Python itself: they search the folders of its path.
_STANDARD_FINDERS: Final = (BuiltinImporter, FrozenImporter, PathFinder)
_NOT_LOADED: Final = "This file cannot be loaded, so Airflow finds no pipelines in it."
_NO_EXIT: Final = (
    'Do not exit Python while the file is loaded; put code for scripts below `if __name__ == "__main__":`.'
)
_TOO_LONG: Final = "This file takes too long to load, so Airflow finds no pipelines in it."
_NO_WAITING: Final = (
    "Move code that waits, asks for input or loops into the function of a task. If it only needs more time here: "
    "--timeout SECONDS."
)
# Calls that create pipelines.
_CONSTRUCTORS: Final = {"Pipeline", "generate"}


def load_findings(file: LoadedFile) -> Iterator[Problem]:
    """
    Yield the problems found by loading *file*.
    """
    top = SourceLocation(file.file, file.line or 1)
    if file.failure is not None:
        yield from _failure(file, top)
    for location, module in file.in_helpers.items():
        yield registered_in_helper(module, file.file, location)
    for broken in file.broken:
        for problem in broken.problems:
            location = problem.location or broken.location or top
            yield evolve(problem, location=location, dag_id=problem.dag_id or broken.dag_id)
    # A lazy import that a pipeline uses is among the problems of that pipeline.
    reported = {(problem.code, problem.location) for broken in file.broken for problem in broken.problems}
    reported |= {(problem.code, problem.location) for problem in file.problems}
    for problem in file.lazy_problems:
        if (problem.code, problem.location) not in reported:
            yield problem


def skipped_by_airflow(file: LoadedFile, sources: Sources) -> Iterator[Problem]:
    """
    Yield a problem if Airflow would skip *file* although it has pipelines.
    """
    # Files that were requested by name are loaded whatever their text. In folders, `unread_registrations` reads it.
    if file.items and not airflow_reads(sources[file.file].text):
        yield _skipped(SourceLocation(file.file, file.line or 1))


def _failure(file: LoadedFile, location: SourceLocation) -> Iterator[Problem]:
    if file.problems:
        for problem in file.problems:
            yield evolve(problem, location=problem.location or location)
        return

    told = file.failure or ""
    hint = "Fix the line that the error names." if "line " in told else "Fix the file."
    if "ModuleNotFoundError" in told:
        hint = (
            "Install the missing package, or put the module into the DAG folder, which is on Python's path."
        )
    elif "SystemExit(" in told:
        hint = _NO_EXIT
    elif "TaskGroup can only be used inside a dag" in told:
        hint = "Let native(Class, …) make the TaskGroup, when Airflow gets the pipeline: task(id, native(…))."
    yield Problem("FK501", _NOT_LOADED, hint, location, traceback=told)


def crash(file: str, reason: str) -> Problem:
    """
    Return the finding of a file that crashed the process which loaded it.

    Args:
        file: The file.

        reason: How that process exited, as in `exited with code 3`.
    """
    told = f"The process that loaded it {reason}."
    return Problem("FK501", _NOT_LOADED, _NO_EXIT, SourceLocation(file, 1), traceback=told)


def timeout(file: str, reason: str) -> Problem:
    """
    Return the finding of a file that took too long to load.

    Args:
        file: The file.

        reason: How the process that loaded it ended.
    """
    message = f"{_TOO_LONG} It {reason}."
    return Problem("FK517", message, _NO_WAITING, SourceLocation(file, 1))


def _skipped(location: SourceLocation) -> Problem:
    message = (
        "Airflow silently skips this file: in its safe mode it only executes files whose text contains `airflow` and "
        "either `dag` or `asset`."
    )
    hint = "Write `from flowkit.airflow.dags import register` in the file itself: that line contains both."
    return Problem("FK502", message, hint, location)


def unread_registrations(files: Sequence[Path], sources: Sources) -> Iterator[Problem]:
    """
    Yield the files that register pipelines, but that neither Airflow nor flowkit would execute.
    """
    for file in files:
        text = sources[file].text
        if b"flowkit" in text and not airflow_reads(text):
            line = _registering_line(sources[file].tree)
            if line is not None:
                yield _skipped(SourceLocation(str(file), line))


def _registering_line(tree: ast.Module) -> int | None:
    """
    Return the line at which a file passes a pipeline to another module's function; helpers only create pipelines.

    The file is not executed to find out, since it might be an unrelated script.
    """
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    pipelines: set[str] = set()
    for statement in _statements(tree.body):
        if isinstance(statement, ast.Assign) and _creates_pipeline(statement.value, pipelines):
            pipelines |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            call = statement.value
            names = [node.id for node in ast.walk(call.func) if isinstance(node, ast.Name)]
            values = [*call.args, *(keyword.value for keyword in call.keywords)]
            if imported.intersection(names) and any(_creates_pipeline(value, pipelines) for value in values):
                return statement.lineno
    return None


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        # Code that is only for scripts does not run in Airflow.
        if isinstance(statement, ast.If) and "__name__" in ast.dump(statement.test):
            continue
        yield statement
        for name in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(statement, name, []))


def _creates_pipeline(value: ast.expr, pipelines: set[str]) -> bool:
    return any(
        (isinstance(node, ast.Name) and node.id in _CONSTRUCTORS | pipelines)
        or (isinstance(node, ast.Attribute) and node.attr in _CONSTRUCTORS)
        for node in ast.walk(value)
    )


def duplicate_ids(checked: Sequence[CheckedFile]) -> Iterator[Problem]:
    """
    Yield the ids that are used in several files.
    """
    by_id: dict[str, dict[str, SourceLocation]] = {}
    for file in checked:
        for dag_id, defined in file.locations:
            # Airflow finds a pipeline that a helper created in the file that registers it.
            location = defined if defined.file == file.file else SourceLocation(file.file, 1)
            by_id.setdefault(dag_id, {}).setdefault(file.file, location)
    for dag_id, locations in by_id.items():
        if len(locations) > 1:
            *_, last = locations.values()
            where = ", ".join(str(location) for location in locations.values())
            message = (
                f"{len(locations)} files have a pipeline {dag_id!r}: {where}. Airflow silently keeps the one "
                "that it loads last."
            )
            yield Problem("FK503", message, "Give each its own dag_id.", last, dag_id)


def shadowed_helpers(folder: Path, files: Sequence[Path], sources: Sources) -> Iterator[Problem]:
    """
    Yield the imports in *files* of helpers in *folder* that an installed package shadows.
    """
    helpers: dict[str, Path] = {}
    for entry in sorted(folder.iterdir()):
        name = entry.stem if entry.suffix == ".py" else entry.name
        is_helper = entry.suffix == ".py" or (is_folder(entry) and any(entry.glob("*.py")))
        if is_helper and name.isidentifier() and not name.startswith("__"):
            helpers[name] = entry
    for name in _importable_elsewhere(helpers, folder):
        entry = helpers[name]
        location = _first_import(name, files, sources)
        if location is not None:
            other = "a module of Python" if name in sys.stdlib_module_names else "an installed package"
            message = (
                f"`import {name}` does not import {entry.name} from the DAG folder: {other} has the same name, and "
                "Airflow puts the DAG folder last on Python's path."
            )
            hint = f"Rename {entry.name} if you want to import it here."
            yield Problem("FK504", message, hint, location)


def _importable_elsewhere(names: Iterable[str], folder: Path) -> list[str]:
    """
    Return those of *names* that can be imported from elsewhere than *folder*.
    """
    # Airflow will not run in the working folder of this command.
    hidden = {"", str(folder), os.getcwd()}  # noqa: PTH109
    before = sys.path[:]
    sys.path[:] = [entry for entry in before if entry not in hidden]
    try:
        may_exist = _name_filter()
        return [name for name in names if may_exist(name) and _is_elsewhere(name, folder)]
    finally:
        sys.path[:] = before


def _name_filter() -> Callable[[str], bool]:
    """
    Return a quick filter, which is true for each name that can be imported, and false for most others.
    """
    names = {*sys.stdlib_module_names, *sys.modules}
    for entry in sys.path:
        if os.path.isdir(entry):  # noqa: PTH112 - an entry need not be a path
            names.update(name.partition(".")[0] for name in os.listdir(entry))  # noqa: PTH208 - names are enough
        elif os.path.exists(entry):  # noqa: PTH110
            # A zip file, or something else that a path hook handles.
            return lambda _: True
    others = [finder for finder in sys.meta_path if finder not in _STANDARD_FINDERS]
    return lambda name: name in names or any(_finds(finder, name) for finder in others)


def _finds(finder: Any, name: str) -> bool:
    try:
        return finder.find_spec(name, None) is not None
    except (AttributeError, ImportError, ValueError):
        return False


def _is_elsewhere(name: str, folder: Path) -> bool:
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return False
    # Without an origin it is a folder without an `__init__.py`, which shadows nothing.
    return spec is not None and spec.origin is not None and not Path(spec.origin).is_relative_to(folder)


def _first_import(name: str, files: Sequence[Path], sources: Sources) -> SourceLocation | None:
    for file in files:
        if name.encode() not in sources[file].text:
            continue
        for node in ast.walk(sources[file].tree):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules = [node.module]
            else:
                continue
            if any(module.partition(".")[0] == name for module in modules):
                return SourceLocation(str(file), node.lineno)
    return None
