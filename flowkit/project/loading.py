"""
Loads files with pipelines, without Airflow.

Loading a file executes it. The pipelines that it passes to `register` are collected, not compiled.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import cast, final

import attrs

from flowkit.analysis.operators import declared_problems
from flowkit.base.call_site import SourceLocation
from flowkit.base.errors import FlowkitError, LoadError, problems_of
from flowkit.base.exception_text import class_name, exception_text, masked
from flowkit.base.interruption import is_interruption
from flowkit.base.lazy_names import declared
from flowkit.base.printable import MAX_TRACEBACK_CHARS, printable
from flowkit.base.problems import Problem
from flowkit.model.collection import BrokenPipeline, Item, collecting
from flowkit.model.pipeline import PipelineSpec
from flowkit.project.discovery import ZIP, find, folder_of

_PACKAGE = str(Path(__file__).parent.parent) + os.sep


@final
@attrs.frozen
class LoadedFile:
    """
    A file that was executed.
    """

    file: str

    items: tuple[Item, ...] = ()
    """Its pipelines, the broken ones too, in the order of the source."""

    failure: str | None = None
    """Why the file could not be executed: a message, or a traceback of the user's own code; `None` if it could."""

    line: int | None = None
    """The line at which that happened, if known."""

    in_helpers: Mapping[SourceLocation, str] = attrs.field(factory=dict, hash=False)
    """By location the calls of `register` that ran while a helper was imported, and the name of that module."""

    problems: tuple[Problem, ...] = ()
    """The problems that flowkit raised, if these are why it could not be executed."""

    seconds: float = attrs.field(default=0.0, eq=False)
    """How long it took. Modules that earlier files imported were loaded already."""

    @property
    def lazy_problems(self) -> tuple[Problem, ...]:
        """
        The problems of its lazy imports, whether or not a pipeline uses them.
        """
        return tuple(declared_problems([self.file]))

    @property
    def pipelines(self) -> tuple[PipelineSpec, ...]:
        """
        The valid pipelines.
        """
        return tuple(item for item in self.items if isinstance(item, PipelineSpec))

    @property
    def broken(self) -> tuple[BrokenPipeline, ...]:
        """
        The pipelines that have problems.
        """
        return tuple(item for item in self.items if isinstance(item, BrokenPipeline))


@final
@attrs.frozen
class Loaded:
    """
    Files that were executed, in the order of their paths.
    """

    files: tuple[LoadedFile, ...]

    @property
    def pipelines(self) -> tuple[PipelineSpec, ...]:
        """
        The pipelines of all files.
        """
        return tuple(pipeline for file in self.files for pipeline in file.pipelines)

    @property
    def broken(self) -> tuple[BrokenPipeline, ...]:
        """
        The broken pipelines of all files.
        """
        return tuple(broken for file in self.files for broken in file.broken)

    @property
    def failures(self) -> tuple[LoadedFile, ...]:
        """
        The files that could not be executed.
        """
        return tuple(file for file in self.files if file.failure is not None)


def load(path: Path) -> Loaded:
    """
    Load all pipelines at *path*, a file or a folder.

    Raises:
        LoadError: If there is nothing at *path*. A file that cannot be executed is among the failures of the result.
    """
    return Loaded(tuple(load_each(find(path), folder_of(path))))


def load_each(files: Iterable[Path], folder: Path) -> Iterator[LoadedFile]:
    """
    Load *files* one by one, with *folder* on `sys.path`. The errors of one do not affect the others.
    """
    for file in files:
        # What the user's files print is for people; standard output may be read by a program.
        with _on_path(folder), redirect_stdout(sys.stderr):
            started = time.perf_counter()
            loaded = _load_file(file)
            seconds = time.perf_counter() - started
        yield attrs.evolve(loaded, seconds=seconds)


@contextmanager
def _on_path(folder: Path) -> Iterator[None]:
    # At the end, like Airflow: an installed package shadows a helper of the same name.
    entry = str(folder)
    if entry in sys.path:
        yield
        return
    sys.path.append(entry)
    try:
        yield
    finally:
        if entry in sys.path:
            sys.path.remove(entry)


def _load_file(file: Path) -> LoadedFile:
    name = f"flowkit_loaded_{hashlib.sha256(os.fsencode(file)).hexdigest()[:12]}_{file.stem}"
    declared.pop(str(file), None)
    with collecting(str(file), name) as collection:
        try:
            _execute(file, name)
        except BaseException as error:  # user code raises what it likes
            if is_interruption(error):
                raise
            sys.modules.pop(name, None)
            items = tuple(collection.items)
            return LoadedFile(
                str(file),
                items,
                _error_text(error),
                _line(error, file),
                in_helpers=collection.in_helpers,
                problems=problems_of(error),
            )

    return LoadedFile(str(file), tuple(collection.items), in_helpers=collection.in_helpers)


def _execute(file: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        msg = f"{file.name} is not a Python file."
        if file.suffix == ZIP:
            msg += " Airflow reads zip files, and flowkit does not: check the files before you pack them."
        raise LoadError(msg)

    module = importlib.util.module_from_spec(spec)
    # It stays there: annotations of its classes and functions are resolved through `sys.modules` later.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _error_text(error: BaseException) -> str:
    if type(error).__module__ == FlowkitError.__module__:
        return str(error)
    if issubclass(type(error), SystemExit):
        return f"The file exits Python when it is loaded: {class_name(error)}({exception_text(error)})."

    try:
        exception = traceback.TracebackException.from_exception(error)
        _keep_user_frames(exception)
        text = "".join(exception.format()).rstrip()
    except BaseException as failure:
        if is_interruption(failure):
            raise
        text = f"{class_name(error)}: {exception_text(error)}"
    return printable(masked(text, error), MAX_TRACEBACK_CHARS)


def _line(error: BaseException, file: Path) -> int | None:
    if type(error) in {SyntaxError, IndentationError, TabError}:
        syntax_error = cast("SyntaxError", error)
        if syntax_error.filename == str(file):
            return syntax_error.lineno
    lines = [
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == str(file)
    ]
    return lines[-1] if lines else None


def _keep_user_frames(exception: traceback.TracebackException) -> None:
    kept = [
        frame for frame in exception.stack if not frame.filename.startswith((_PACKAGE, "<frozen importlib"))
    ]
    exception.stack = traceback.StackSummary.from_list(kept)
    for other in (exception.__cause__, exception.__context__):
        if other is not None:
            _keep_user_frames(other)
