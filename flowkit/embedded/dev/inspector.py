"""
Inspects the user's files, each time in a fresh fork. Started by `flowkit.embedded.dev.snapshots`.

Python does not reload modules, so a second inspection in the same process would see old helpers, and a new interpreter
would take seconds to import Airflow. So one process stays, learns which installed packages the files need, imports
those, and forks for each inspection.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import select
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final, NoReturn, TypeAlias

from flowkit.base import keeper
from flowkit.base.child_process import ParentProcess
from flowkit.base.problem_format import to_record
from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.base.sensitive import Masking
from flowkit.embedded.dev.file_reads import ReadRecorder
from flowkit.project.checking import check_files
from flowkit.project.loading import LoadedFile
from flowkit.report.plan import plan_of
from flowkit.report.plan_values import Writer

Answer: TypeAlias = dict[str, Any]
"""
The result of one inspection: for each file its plans, its broken pipelines and what it reads; the findings; the modules
that were imported.

Or, under `crash`, the file that was being loaded when the fork exited, and its exit code, which is `None` if the fork
was killed because the file took too long; under `why` the error, if flowkit itself failed.
"""

_SITE_PACKAGES: Final = tuple({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
_MAX_TEXT_CHARS: Final = 20_000


def main(parent: ParentProcess) -> None:
    """
    Answer the requests of the parent.
    """
    # One key for all requests: a changed secret must look different from an unchanged one.
    masking = Masking(key=os.urandom(32))
    for request in parent.requests():
        answer = _inspect_in_fork(request, masking)
        modules = answer.pop("modules", ())
        parent.send(answer)
        _preload(modules)


def _inspect_in_fork(request: Mapping[str, Any], masking: Masking) -> Answer:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        keeper.split()
        _answer(request, masking, os.fdopen(writing, "w", encoding="utf-8"))
    os.close(writing)
    *_, last = _read_lines(reading, float(request["load_timeout"])) or [""]
    os.close(reading)
    if last.startswith("{"):
        os.waitpid(child, 0)
        answer: Answer = json.loads(last)
        return answer
    # It exited while loading a file, or took too long.
    ended, status = os.waitpid(child, os.WNOHANG)
    if not ended:
        time.sleep(0.05)
        ended, status = os.waitpid(child, os.WNOHANG)
    if not ended:
        keeper.end(child)
    return {"crash": {"file": last or None, "code": os.waitstatus_to_exitcode(status) if ended else None}}


def _read_lines(reading: int, timeout: float) -> list[str]:
    """
    Return the lines of the forked process: the files that it loads, and its answer.

    Stops after the answer, or after *timeout* seconds without output. It does not wait for the end of the pipe:
    processes that the user's files start may hold it open.
    """
    text = b""
    while not text.endswith(b"}\n") and select.select([reading], [], [], timeout)[0]:
        part = os.read(reading, 1 << 20)
        if not part:
            break
        text += part
    # The last line is incomplete.
    return text.decode().split("\n")[:-1]


def _answer(request: Mapping[str, Any], masking: Masking, out: IO[str]) -> NoReturn:
    code = 1
    try:
        before = set(sys.modules)

        def announce(file: Path, _number: int = 0, _total: int = 0) -> None:
            out.write(f"{file}\n")
            out.flush()

        files = [Path(file) for file in request["files"]]
        answer = inspect_files(files, Path(request["folder"]), masking, announce)
        answer["modules"] = sorted(set(sys.modules) - before)
        out.write(json.dumps(answer) + "\n")
        out.close()
        code = 0
    except Exception as error:  # noqa: BLE001 - a bug in flowkit, whatever it is, and reported as one
        why = f"{type(error).__name__}: {error}"[:_MAX_TEXT_CHARS]
        out.write(json.dumps({"crash": {"file": None, "code": code, "why": why}}) + "\n")
        out.close()
    finally:
        # Skip Python's cleanup at exit: it belongs to the original process.
        os._exit(code)


def inspect_files(
    files: Iterable[Path],
    folder: Path,
    masking: Masking | None = None,
    on_file: Callable[[Path, int, int], None] = lambda *_: None,
) -> Answer:
    """
    Return what *files* of the DAG folder *folder* contain.

    Args:
        files: The files. Missing ones are skipped.

        folder: The DAG folder.

        masking: Hides secrets.

        on_file: Called before each file is loaded, with its number and the total.
    """
    files = [file for file in files if file.is_file()]
    if not files:
        return {"files": {}, "findings": []}
    reads = ReadRecorder(folder)
    loaded_files: list[LoadedFile] = []

    def begin(file: Path, number: int, total: int) -> None:
        on_file(file, number, total)
        reads.begin(file)

    with reads:
        findings = check_files(files, begin, dags=folder, on_loaded=loaded_files.append).problems
    writer = Writer(masking or Masking(), str(folder))
    results = {loaded.file: _file_result(loaded, writer, reads) for loaded in loaded_files}
    return {"files": results, "findings": [_record(finding) for finding in findings]}


def _file_result(loaded: LoadedFile, writer: Writer, reads: ReadRecorder) -> Answer:
    broken = [item.dag_id for item in loaded.broken]
    return {
        "plans": {spec.dag_id: plan_of(spec, writer) for spec in loaded.pipelines},
        "broken": [dag_id for dag_id in broken if dag_id],
        "whole": loaded.failure is None and None not in broken,
        "reads": reads.of(Path(loaded.file)),
    }


def _record(problem: Problem) -> dict[str, Any]:
    message, traceback = problem.message[:_MAX_TEXT_CHARS], problem.traceback[:_MAX_TEXT_CHARS]
    return to_record(evolve(problem, message=message, traceback=traceback))


def _preload(modules: Iterable[str]) -> None:
    # Installed packages do not change while pipelines are edited; the user's own modules do.
    for name in modules:
        if threading.active_count() > 1:
            # A thread that a package has started does not exist in a fork, but its locks stay locked there.
            return
        if name not in sys.modules and _is_installed(name):
            with suppress(Exception, SystemExit):
                importlib.import_module(name)


def _is_installed(name: str) -> bool:
    top = sys.modules.get(name.partition(".")[0])
    if top is not None:
        file = getattr(top, "__file__", None) or next(iter(getattr(top, "__path__", ())), "")
        return str(file).startswith(_SITE_PACKAGES)
    with suppress(ImportError, ValueError):
        spec = importlib.util.find_spec(name.partition(".")[0])
        origin = spec and (spec.origin or next(iter(spec.submodule_search_locations or ()), ""))
        return str(origin).startswith(_SITE_PACKAGES)
    return False
