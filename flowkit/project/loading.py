"""
Finds files with pipelines and loads them, without Airflow.

Files are found as Airflow finds them: a folder is walked, `.airflowignore` is honoured, and a file whose text could
hold no DAG is passed over. Loading a file executes it; what it gives to `register` is collected, not compiled.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import sys
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, final

import attrs

from flowkit.analysis.operators import declared_problems
from flowkit.base.airflow_config import AirflowConfig
from flowkit.base.call_site import SourceLocation
from flowkit.base.errors import FlowkitError, LoadError, PipelineError
from flowkit.base.lazy_names import declared
from flowkit.base.problems import Problem
from flowkit.base.suggestions import nearest
from flowkit.model.collection import BrokenPipeline, Item, collecting
from flowkit.model.pipeline import PipelineSpec

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_IGNORE_FILE = ".airflowignore"
_DAGS = "dags"
_ZIP = ".zip"
_PACKAGE = str(Path(__file__).parent.parent) + os.sep


class Interruption(BaseException):
    """
    What flowkit raises in the middle of a user's file, to end it. All else that is raised there is the file's own.
    """


@final
@attrs.frozen
class LoadedFile:
    """
    One file after it was executed.
    """

    file: str

    items: tuple[Item, ...] = ()
    """Its pipelines, and stand-ins for the broken ones, in the order of the source."""

    failure: str | None = None
    """Why the file itself could not be executed, in the user's own terms; `None` when it could."""

    line: int | None = None
    """The line of the file at which that happened, where it is known."""

    in_helpers: Mapping[SourceLocation, str] = attrs.field(factory=dict, hash=False)
    """The calls of `register` that ran while a helper was imported, and the name of that module."""

    problems: tuple[Problem, ...] = ()
    """What flowkit itself has against the file, where that is why it could not be executed."""

    seconds: float = attrs.field(default=0.0, eq=False)
    """How long it took. What files before it have imported was there already."""

    @property
    def lazy_problems(self) -> tuple[Problem, ...]:
        """
        What is wrong with its lazy imports, whether or not a pipeline uses them.
        """
        return tuple(declared_problems([self.file]))

    @property
    def pipelines(self) -> tuple[PipelineSpec, ...]:
        """
        The pipelines that can be run.
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
    Files after they were executed, in the order of their paths.
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


def folder_of(path: Path, dags: Path | None = None) -> Path:
    """
    Return the DAG folder that *path* belongs to, which Airflow puts on `sys.path`.

    That is the folder which Airflow's configuration names, `[core] dags_folder`, if *path* lies in it; or else the
    nearest one upwards that is called `dags`, within the project; or else *path* itself, or the folder of the file.

    Args:
        path: A file or a folder.

        dags: The DAG folder, where the user has named it. A path elsewhere does not belong to it.
    """
    path = _absolute(path)
    named = _absolute(dags) if dags is not None else AirflowConfig.read().dags_folder
    if named is not None and path.is_relative_to(named):
        return named
    own = path if path.is_dir() else path.parent
    for folder in (own, *own.parents):
        if folder.name == _DAGS:
            return folder
        if (folder / "pyproject.toml").is_file() or (folder / ".git").exists():
            break
    return own


def find(path: Path) -> tuple[Path, ...]:
    """
    Return the files that may hold pipelines: *path* itself, or those below it when it is a folder.

    A file that is named is always taken. In a folder a file is taken when its text speaks of Airflow, of DAGs or
    assets, and of flowkit. Folders whose name begins with a dot and virtual environments are left out.

    Raises:
        LoadError: If there is nothing at *path*.
    """
    path = _absolute(path)
    if path.is_file():
        return (path,)
    if path.is_dir():
        return tuple(file for file in python_files(path) if may_hold_pipelines(file, _text(file)))

    if path.exists():
        msg = f"{str(path)!r} is neither a file nor a folder."
        raise LoadError(msg)
    there = _entries(path.parent) if path.parent.is_dir() else []
    hint = nearest(path.name, [entry.name for entry in there])
    msg = f"There is no file and no folder {str(path)!r}."
    raise LoadError(f"{msg} Did you mean {str(path.with_name(hint))!r}?" if hint else msg)


def python_files(folder: Path) -> tuple[Path, ...]:
    """
    Return all Python files below *folder* that Airflow would look at, whatever they hold.

    Raises:
        LoadError: If a folder, or a file that says what to leave out, cannot be read.
    """
    return python_and_zip_files(folder)[0]


def python_and_zip_files(folder: Path) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """
    Return what `python_files` does, and the zip files there: Airflow looks into them, and flowkit does not.

    Raises:
        LoadError: As `python_files` does.
    """
    every = sorted(_walk(_absolute(folder), (), set()))
    python, zips = (tuple(file for file in every if file.suffix == kind) for kind in (".py", _ZIP))
    return python, zips


def airflow_reads(text: bytes) -> bool:
    """
    Return whether Airflow, in the safe mode that it starts in, would execute a file with this *text*.
    """
    text = text.lower()
    return b"airflow" in text and (b"dag" in text or b"asset" in text)


def may_hold_pipelines(file: Path, text: bytes) -> bool:
    """
    Return whether *file* is taken where only its folder was named.

    Args:
        file: A Python file.

        text: What stands in it; nothing if it cannot be read. Then it is taken: loading it tells why.
    """
    if not text:
        return not os.access(file, os.R_OK)
    return b"flowkit" in text.lower() and airflow_reads(text)


def load(path: Path) -> Loaded:
    """
    Load all pipelines at *path*, a file or a folder.

    Raises:
        LoadError: If there is nothing at *path*. A file that cannot be executed is a failure in the result.
    """
    return Loaded(tuple(load_each(find(path), folder_of(path))))


def load_each(files: Iterable[Path], folder: Path) -> Iterator[LoadedFile]:
    """
    Load *files* one by one, with *folder* on `sys.path`. The errors of one do not touch the others.
    """
    for file in files:
        # Prints of the user's files are for people: standard output may be read by a program.
        with _on_path(folder), redirect_stdout(sys.stderr):
            started = time.perf_counter()
            loaded = _load_file(file)
            seconds = time.perf_counter() - started
        yield attrs.evolve(loaded, seconds=seconds)


def _absolute(path: Path) -> Path:
    # Links stay as they are: a file must see itself at the path that Airflow will give it.
    return Path(os.path.abspath(path))  # noqa: PTH100


@contextmanager
def _on_path(folder: Path) -> Iterator[None]:
    # At the end, where Airflow has it: an installed package wins over a helper of the same name.
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
    name = f"flowkit_loaded_{hashlib.sha256(str(file).encode()).hexdigest()[:12]}_{file.stem}"
    declared.pop(str(file), None)
    with collecting(str(file), name) as collection:
        try:
            _execute(file, name)
        except (KeyboardInterrupt, Interruption):
            raise
        except BaseException as error:  # noqa: BLE001 - user code raises what it likes
            sys.modules.pop(name, None)
            items = tuple(collection.items)
            return LoadedFile(
                str(file),
                items,
                _told(error),
                _line(error, file),
                in_helpers=collection.in_helpers,
                problems=_problems(error),
            )

    return LoadedFile(str(file), tuple(collection.items), in_helpers=collection.in_helpers)


def _execute(file: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        msg = f"{file.name} is not a Python file."
        if file.suffix == _ZIP:
            msg += (
                " Airflow looks into zip files, and flowkit does not: check the files before they are packed."
            )
        raise LoadError(msg)

    module = importlib.util.module_from_spec(spec)
    # It stays there: annotations of its classes and functions are looked up in `sys.modules` when they are needed.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _told(error: BaseException) -> str:
    if isinstance(error, FlowkitError):
        return str(error)
    if isinstance(error, SystemExit):
        return f"The file ends Python when it is loaded: SystemExit({error.code!r})."

    told = traceback.TracebackException.from_exception(error)
    _keep_users_lines(told)
    return "".join(told.format()).rstrip()


def _line(error: BaseException, file: Path) -> int | None:
    if isinstance(error, SyntaxError) and error.filename == str(file):
        return error.lineno
    lines = [
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == str(file)
    ]
    return lines[-1] if lines else None


def _problems(error: BaseException) -> tuple[Problem, ...]:
    if isinstance(error, PipelineError):
        return error.problems
    problem = getattr(error, "problem", None)
    return (problem,) if isinstance(error, FlowkitError) and isinstance(problem, Problem) else ()


def _keep_users_lines(told: traceback.TracebackException) -> None:
    kept = [line for line in told.stack if not line.filename.startswith((_PACKAGE, "<frozen importlib"))]
    told.stack = traceback.StackSummary.from_list(kept)
    for other in (told.__cause__, told.__context__):
        if other is not None:
            _keep_users_lines(other)


def _text(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _walk(folder: Path, rules: tuple[tuple[Path, GitIgnoreSpec], ...], seen: set[Path]) -> Iterator[Path]:
    # Links to folders are followed, as Airflow does; a circle of them is walked once.
    real = folder.resolve()
    if real in seen or (folder / "pyvenv.cfg").is_file():
        return
    seen.add(real)
    if (folder / _IGNORE_FILE).is_file():
        rules = (*rules, (folder, _ignore_rules(folder / _IGNORE_FILE)))
    for entry in sorted(_entries(folder)):
        if _ignored(entry, rules):
            continue
        if entry.is_dir():
            if not entry.name.startswith(".") and entry.name != "__pycache__":
                yield from _walk(entry, rules, seen)
        elif entry.is_file():
            yield entry


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        msg = f"The folder {str(folder)!r} cannot be read: {error.strerror}."
        raise LoadError(msg) from None


def _ignore_rules(file: Path) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    try:
        # Airflow takes comments off the end of a line too.
        lines = [re.sub(r"\s*#.*", "", line) for line in file.read_text("utf-8").splitlines()]
        return GitIgnoreSpec.from_lines(lines)
    except (OSError, ValueError) as error:
        why = (
            error.strerror
            if isinstance(error, OSError)
            else "it is not text in UTF-8, or holds a wrong pattern"
        )
        msg = f"{str(file)!r} cannot be read: {why}."
        raise LoadError(msg) from None


def _ignored(entry: Path, rules: tuple[tuple[Path, GitIgnoreSpec], ...]) -> bool:
    result = False
    for folder, spec in rules:
        path = entry.relative_to(folder).as_posix() + ("/" if entry.is_dir() else "")
        include = spec.check_file(path).include
        if include is not None:
            result = include
    return result
