"""
Finds what is wrong with files of pipelines: with each pipeline, with each file, and with the files together.

Nothing is compiled and no Airflow is needed. Files are executed as `flowkit.load` executes them.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, final

import attrs

from flowkit.airflow.dags import at_import
from flowkit.errors import Place, Problem
from flowkit.load import LoadedFile, airflow_reads, find, folder_of, load_each, python_files
from flowkit.spec.action import EachCall, OperatorCall, PythonCall
from flowkit.spec.pipeline import PipelineSpec

# The whole name, or its last words: `token_url` and `secret_name` say where a secret is, and hold none.
_SECRET: Final = re.compile(
    r"(^|.*_)(password|passwd|pwd|passphrase|secret|token|credentials?"
    r"|(api|access|auth|private|secret|signing|encryption)_?key)",
    re.IGNORECASE,
)
# Calls that make pipelines.
_MAKERS: Final = {"Pipeline", "generate"}


@final
@attrs.frozen
class Finding:
    """
    A problem, or a warning.
    """

    problem: Problem

    warning: bool = False
    """Whether Airflow would run the pipelines all the same."""

    told: str = ""
    """What the user's own code said: a traceback."""


@final
@attrs.frozen
class Findings:
    """
    All that was found, in the order of files and lines.
    """

    found: tuple[Finding, ...]

    files: int
    """The number of files that were looked at."""

    pipelines: int
    """The number of pipelines in them, the broken ones too."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """
        The problems.
        """
        return tuple(finding for finding in self.found if not finding.warning)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """
        The warnings.
        """
        return tuple(finding for finding in self.found if finding.warning)


def lint(paths: Sequence[Path], on_file: Callable[[Path, int, int], None]) -> Findings:
    """
    Check all files at *paths*, each a file or a folder.

    Args:
        paths: Where to look.

        on_file: Called before each file is loaded, with its number and the number of all.

    Raises:
        LoadError: If there is nothing at one of the paths.
    """
    by_folder: dict[Path, dict[Path, None]] = {}
    for path in paths:
        # What was asked for twice is looked at once.
        taken = {file for files in by_folder.values() for file in files}
        files = by_folder.setdefault(folder_of(path), {})
        files.update(dict.fromkeys(file for file in find(path) if file not in taken))
    # Before the user's files are executed: they may change what can be imported.
    found: list[Finding] = []
    for folder, files in by_folder.items():
        whole = any(path.is_dir() and folder_of(path) == folder for path in paths)
        found += _shadowed(folder, python_files(folder) if whole else tuple(files))
        found += _unseen(python_files(folder)) if whole else ()

    loaded: list[LoadedFile] = []
    total = sum(len(files) for files in by_folder.values())
    for folder, files in by_folder.items():
        loaded += load_each(_announced(files, on_file, len(loaded), total), folder)
    for file in loaded:
        found += _of_file(file)
    found += _same_ids(loaded)

    unique = dict.fromkeys(found)
    count = sum(len(file.items) for file in loaded)
    return Findings(tuple(sorted(unique, key=_order)), total, count)


def _announced(
    files: Mapping[Path, None], on_file: Callable[[Path, int, int], None], before: int, total: int
) -> Iterator[Path]:
    for number, file in enumerate(files, before + 1):
        on_file(file, number, total)
        yield file


def _order(finding: Finding) -> tuple[str, int, str]:
    place = finding.problem.place or Place("", 0)
    return place.file, place.line, finding.problem.code


def _of_file(file: LoadedFile) -> Iterator[Finding]:
    top = Place(file.file, file.line or 1)
    if file.failure is not None:
        yield from _failure(file, top)
    for place, module in file.in_helpers.items():
        yield Finding(at_import(module, file.file, place))
    for broken in file.broken:
        for problem in broken.problems:
            place = problem.place or broken.place or top
            yield Finding(attrs.evolve(problem, place=place, dag_id=problem.dag_id or broken.dag_id))
    for pipeline in file.pipelines:
        yield from _secrets(pipeline)
    # A file that was named is loaded whatever it holds. Of other files this is seen in their text.
    if file.items and not airflow_reads(Path(file.file).read_bytes()):
        yield _not_read(top)


def _failure(file: LoadedFile, place: Place) -> Iterator[Finding]:
    if file.problems:
        for problem in file.problems:
            yield Finding(attrs.evolve(problem, place=problem.place or place))
        return

    message = "This file cannot be loaded, and Airflow would find no pipeline in it."
    told = file.failure or ""
    cure = "Correct the line that the error names."
    if "ModuleNotFoundError" in told:
        cure = "Install what is missing, or put it into the DAG folder, which is on Python's path."
    yield Finding(Problem("FK501", message, cure, place), told=told)


def _not_read(place: Place) -> Finding:
    message = (
        "Airflow passes over this file without a word: in its safe mode it executes files only whose text holds "
        "`airflow`, and `dag` or `asset`."
    )
    cure = "Write `from flowkit.airflow.dags import register` in the file itself: that line holds both."
    return Finding(Problem("FK502", message, cure, place))


def _unseen(files: Sequence[Path]) -> Iterator[Finding]:
    for file in files:
        text = _text(file)
        if b"flowkit" in text and not airflow_reads(text):
            line = _registering_line(_tree(text))
            if line is not None:
                yield _not_read(Place(str(file), line))


def _text(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _tree(text: bytes) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def _registering_line(tree: ast.Module) -> int | None:
    """
    Return the line at which a file hands a pipeline to another module's function; helpers only make pipelines.

    The file is not executed to find out, since it might be a script that is none of our business.
    """
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    pipelines: set[str] = set()
    for statement in _statements(tree.body):
        if isinstance(statement, ast.Assign) and _makes(statement.value, pipelines):
            pipelines |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            call = statement.value
            names = [node.id for node in ast.walk(call.func) if isinstance(node, ast.Name)]
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            if imported.intersection(names) and any(_makes(value, pipelines) for value in given):
                return statement.lineno
    return None


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        # What runs only when Python runs the file does not run in Airflow.
        if isinstance(statement, ast.If) and "__name__" in ast.dump(statement.test):
            continue
        yield statement
        for name in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(statement, name, []))


def _makes(value: ast.expr, pipelines: set[str]) -> bool:
    return any(
        (isinstance(node, ast.Name) and node.id in _MAKERS | pipelines)
        or (isinstance(node, ast.Attribute) and node.attr in _MAKERS)
        for node in ast.walk(value)
    )


def _same_ids(loaded: Sequence[LoadedFile]) -> Iterator[Finding]:
    by_id: dict[str, dict[str, Place]] = {}
    for file in loaded:
        for pipeline in file.pipelines:
            # A pipeline that a helper made is known by the file that registers it: there Airflow finds it.
            own = pipeline.place.file == file.file
            place = pipeline.place if own else Place(file.file, 1)
            by_id.setdefault(pipeline.dag_id, {}).setdefault(file.file, place)
    for dag_id, places in by_id.items():
        if len(places) > 1:
            *_, last = places.values()
            where = ", ".join(str(place) for place in places.values())
            message = (
                f"{len(places)} files have a pipeline {dag_id!r}: {where}. Airflow keeps the one that it loads last, "
                "without a word."
            )
            yield Finding(Problem("FK503", message, "Give each its own dag_id.", last, dag_id))


def _shadowed(folder: Path, files: Sequence[Path]) -> Iterator[Finding]:
    for entry in sorted(folder.iterdir()):
        name = entry.stem if entry.suffix == ".py" else entry.name
        is_helper = entry.suffix == ".py" or (entry.is_dir() and any(entry.glob("*.py")))
        if not (is_helper and name.isidentifier() and not name.startswith("__") and _installed(name, folder)):
            continue
        place = _importing(name, files)
        if place is not None:
            what = "a module of Python's own" if name in sys.stdlib_module_names else "an installed package"
            message = (
                f"`import {name}` does not lead to {entry.name} in the DAG folder: {what} has the same name, and "
                "Airflow puts the DAG folder last on Python's path."
            )
            cure = f"Give {entry.name} another name, if that is what is wanted here."
            yield Finding(Problem("FK504", message, cure, place), warning=True)


def _installed(name: str, folder: Path) -> bool:
    # The working folder is where this command runs. Airflow will run elsewhere.
    hidden = {"", str(folder), os.getcwd()}  # noqa: PTH109
    before = sys.path[:]
    sys.path[:] = [entry for entry in before if entry not in hidden]
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return False
    finally:
        sys.path[:] = before
    # Without an origin it is a folder with no `__init__.py`, which takes nobody's place.
    return spec is not None and spec.origin is not None and not Path(spec.origin).is_relative_to(folder)


def _importing(name: str, files: Sequence[Path]) -> Place | None:
    for file in files:
        text = _text(file)
        if name.encode() not in text:
            continue
        for node in ast.walk(_tree(text)):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules = [node.module]
            else:
                continue
            if any(module.partition(".")[0] == name for module in modules):
                return Place(str(file), node.lineno)
    return None


def _secrets(pipeline: PipelineSpec) -> Iterator[Finding]:
    for task in pipeline.tasks:
        call = task.action.call if isinstance(task.action, EachCall) else task.action
        if not isinstance(call, PythonCall | OperatorCall):
            continue
        for name, value in call.kwargs.items():
            if _SECRET.fullmatch(name) and _is_plain(value):
                message = (
                    f"Task {task.task_id!r} gives {name}= as plain text, and the name looks like that of a secret. "
                    "Airflow stores arguments in its database and shows them in its UI."
                )
                cure = "Keep it in a connection or a variable of Airflow's, and read it when the task runs."
                yield Finding(Problem("FK505", message, cure, call.place, pipeline.dag_id), warning=True)


def _is_plain(value: Any) -> bool:
    # A template is filled in when the task runs.
    return isinstance(value, str) and bool(value) and "{{" not in value
