"""
What the user's files hold just now, found out in a fresh process for each look.

A module that Python has once imported stays as it was: a second look in the same process would see the old helpers.
A new interpreter for each look would import Airflow anew, which takes seconds. So one process stays, learns which
installed packages the files need, imports those, and forks for each look.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import select
import signal
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

from flowkit.base.findings import Finding
from flowkit.base.parsing_context import clear_parsing_context
from flowkit.base.sensitive import Masking
from flowkit.embedded.dev.file_reads import Reads
from flowkit.project.checking import lint
from flowkit.project.loading import LoadedFile
from flowkit.report.plan import plan_of
from flowkit.report.plan_values import Writer

Answer: TypeAlias = dict[str, Any]
"""
What one look found: by file its plans, its broken pipelines and what it reads; the problems; the packages it needed.

Or, under `died`, the file that was being loaded when the look came to its end, and the exit code; none if the look
was ended since the file took too long. Under `why` what flowkit itself failed with, if that ended it.
"""

_SITE: Final = tuple({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
_TOLD: Final = 20_000


def main() -> None:
    """
    Answer questions from standard input, one line each, until it is closed.
    """
    clear_parsing_context()
    # One key for all looks: a secret that changes can be told from one that does not.
    masking = Masking(key=os.urandom(32))
    # What the user's files print goes to standard error; nobody but us writes answers.
    answers = os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(answers, "w", encoding="utf-8") as out:
        for line in sys.stdin:
            answer = _asked(json.loads(line), masking)
            modules = answer.pop("modules", ())
            out.write(json.dumps(answer) + "\n")
            out.flush()
            _warm(modules)


def _asked(question: Mapping[str, Any], masking: Masking) -> Answer:
    """
    Return what a forked process finds.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer(question, masking, os.fdopen(writing, "w", encoding="utf-8"))
    os.close(writing)
    *_, last = _lines_of(reading, float(question["patience"])) or [""]
    os.close(reading)
    if last.startswith("{"):
        _, status = os.waitpid(child, 0)
        found: Answer = json.loads(last)
        return found
    # It has ended in the midst of a file, or it takes too long.
    ended, status = os.waitpid(child, os.WNOHANG)
    if not ended:
        time.sleep(0.05)
        ended, status = os.waitpid(child, os.WNOHANG)
    if not ended:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return {"died": {"file": last or None, "code": os.waitstatus_to_exitcode(status) if ended else None}}


def _lines_of(reading: int, patience: float) -> list[str]:
    """
    Return the lines of the forked process: the files that it loads, and its answer.

    No longer than until the answer, or until nothing has come for *patience* seconds. The end of the pipe would not
    do: what the user's files start may hold it open.
    """
    text = b""
    while not text.endswith(b"}\n") and select.select([reading], [], [], patience)[0]:
        part = os.read(reading, 1 << 20)
        if not part:
            break
        text += part
    # Half a line is none.
    return text.decode().split("\n")[:-1]


def _answer(question: Mapping[str, Any], masking: Masking, out: IO[str]) -> None:
    code = 1
    try:
        before = set(sys.modules)

        def tell(file: Path, _number: int = 0, _total: int = 0) -> None:
            out.write(f"{file}\n")
            out.flush()

        found = look([Path(file) for file in question["files"]], Path(question["folder"]), masking, tell)
        found["modules"] = sorted(set(sys.modules) - before)
        out.write(json.dumps(found) + "\n")
        out.close()
        code = 0
    except Exception as error:  # noqa: BLE001 - whatever it is, it is flowkit's own mistake, and told as such
        why = f"{type(error).__name__}: {error}"[:_TOLD]
        out.write(json.dumps({"died": {"file": None, "code": code, "why": why}}) + "\n")
        out.close()
    finally:
        # No further: the cleaning up at Python's end belongs to the process that was forked.
        os._exit(code)


def look(
    files: Iterable[Path],
    folder: Path,
    masking: Masking | None = None,
    on_file: Callable[[Path, int, int], None] = lambda *_: None,
) -> Answer:
    """
    Return what *files* of the DAG folder *folder* hold.

    Args:
        files: The files. Those that are not there are passed over.

        folder: The DAG folder.

        masking: What hides secrets.

        on_file: Called before each file is loaded, with its number and the number of all.
    """
    files = [file for file in files if file.is_file()]
    if not files:
        return {"files": {}, "findings": []}
    reads = Reads(folder)
    seen: list[LoadedFile] = []

    def keep(loaded: Sequence[LoadedFile], _folder: Path) -> Mapping[str, Any]:
        seen.extend(loaded)
        return {}

    def begin(file: Path, number: int, total: int) -> None:
        on_file(file, number, total)
        reads.begin(file)

    with reads:
        findings = lint(files, begin, dags=folder, measure=keep).found
    writer = Writer(masking or Masking(), str(folder))
    found = {loaded.file: _found(loaded, writer, reads) for loaded in seen}
    return {"files": found, "findings": [_told(finding) for finding in findings]}


def _found(loaded: LoadedFile, writer: Writer, reads: Reads) -> Answer:
    broken = [item.dag_id for item in loaded.broken]
    return {
        "plans": {spec.dag_id: plan_of(spec, writer) for spec in loaded.pipelines},
        "broken": [dag_id for dag_id in broken if dag_id],
        "whole": loaded.failure is None and None not in broken,
        "reads": reads.of(Path(loaded.file)),
    }


def _told(finding: Finding) -> dict[str, Any]:
    problem, location = finding.problem, finding.problem.location
    return {
        "code": problem.code,
        "message": problem.message[:_TOLD],
        "hint": problem.hint,
        "dag_id": problem.dag_id,
        "location": [location.file, location.line] if location else None,
        "warning": finding.warning,
        "told": finding.told[:_TOLD],
    }


def _warm(modules: Iterable[str]) -> None:
    # Installed packages do not change while one writes pipelines; the user's own modules do.
    for name in modules:
        if threading.active_count() > 1:
            # A thread that a package has started would not live on in a fork, and what it holds locked stays so.
            return
        if name not in sys.modules and _is_installed(name):
            with suppress(Exception, SystemExit):
                importlib.import_module(name)


def _is_installed(name: str) -> bool:
    top = sys.modules.get(name.partition(".")[0])
    if top is not None:
        file = getattr(top, "__file__", None) or next(iter(getattr(top, "__path__", ())), "")
        return str(file).startswith(_SITE)
    with suppress(ImportError, ValueError):
        spec = importlib.util.find_spec(name.partition(".")[0])
        origin = spec and (spec.origin or next(iter(spec.submodule_search_locations or ()), ""))
        return str(origin).startswith(_SITE)
    return False


if __name__ == "__main__":
    main()
