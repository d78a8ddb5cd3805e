"""
The state of the files of a DAG folder: inspected in a separate process, and compared from save to save.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, final

import attrs

from flowkit.base.call_site import SourceLocation
from flowkit.base.child_process import ChildProcess, exit_reason
from flowkit.base.problem_format import from_record
from flowkit.base.problems import Problem
from flowkit.report.changes import Change, changes
from flowkit.report.plan import Plan

# As long as Airflow itself waits for a file: `[core] dagbag_import_timeout`.
_LOAD_TIMEOUT_S: Final = 30.0


@final
@attrs.frozen
class Changed:
    """
    What a save did to one pipeline.
    """

    dag_id: str
    kind: Literal["added", "removed", "changed", "fixed", "moved", "broken"]
    """
    `broken`: the last good version stays in Airflow. `fixed`: no longer broken. `moved`: from another file.
    """

    changes: tuple[Change, ...] = ()


@final
@attrs.frozen
class FileState:
    """
    The pipelines of one file at one inspection.
    """

    pipelines: frozenset[str]
    """The ids of the valid pipelines."""

    new: frozenset[str]
    """Those of them that have changed."""

    broken: frozenset[str]
    """The ids of the broken ones."""

    whole: bool
    """Whether the file could be executed to its end."""

    loaded: bool = True
    """Whether Python survived loading it in time."""


@final
@attrs.frozen
class Snapshot:
    """
    The result of one inspection of some files.
    """

    changed: tuple[Changed, ...] = ()
    findings: tuple[Problem, ...] = ()
    failure: str = ""
    """Why the files could not be inspected."""

    files: Mapping[Path, FileState] = attrs.field(factory=dict)
    """The state of each file that exists."""


@attrs.define
class _File:
    plans: dict[str, Plan]
    """The last good version of each pipeline, by id."""

    broken: frozenset[str]
    reads: frozenset[str] = frozenset()


@final
class Project:
    """
    The files of one DAG folder, as of their last inspection.

    As a context manager, it ends the process that inspects the files.

    Args:
        folder: The DAG folder.

        environment: The environment of that process.

        load_timeout: How long a file may take to load, in seconds.
    """

    def __init__(
        self, folder: Path, environment: Mapping[str, str], load_timeout: float = _LOAD_TIMEOUT_S
    ) -> None:
        self._folder = folder
        self._environment = {**environment, "PYTHONDONTWRITEBYTECODE": "1"}
        self._load_timeout = load_timeout
        self._files: dict[Path, _File] = {}
        self._child = self._start()

    def _start(self) -> ChildProcess:
        return ChildProcess("flowkit.embedded.dev.inspector", environment=self._environment)

    def __enter__(self) -> Project:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.kill()

    @property
    def pipelines(self) -> int:
        """
        The number of pipelines, the broken ones too.
        """
        return len(self._ids())

    def _ids(self) -> set[str]:
        return {dag_id for file in self._files.values() for dag_id in (*file.plans, *file.broken)}

    def readers(self, path: Path) -> set[Path]:
        """
        Return the files that, when last loaded, read *path* (not a Python file) or listed its folder.
        """
        names = {str(path), f"{path.parent}{os.sep}"}
        return {file for file, known in self._files.items() if not names.isdisjoint(known.reads)}

    def inspect(self, files: Iterable[Path], gone: Iterable[Path] = ()) -> Snapshot:
        """
        Inspect *files* again, and return what has changed.

        Args:
            files: The files to load. They may include files without pipelines.

            gone: Files that Airflow no longer reads.
        """
        asked = set(files)
        before = self._ids()
        snapshot = self._inspect(asked, set(gone))
        if more := self._same_ids(asked) - asked:
            # Conflicts between files are only reported if these are inspected together.
            both = self._inspect(more | asked, set())
            snapshot = attrs.evolve(snapshot, findings=both.findings, files={**both.files, **snapshot.files})
        return attrs.evolve(snapshot, changed=tuple(self._with_moves(snapshot.changed, before)))

    def _inspect(self, files: set[Path], gone: set[Path]) -> Snapshot:
        left = sorted(file for file in files if file.is_file())
        failures: list[Problem] = []
        while "crash" in (answer := self._ask(left)):
            name, code = answer["crash"]["file"], answer["crash"]["code"]
            if why := answer["crash"].get("why"):
                return Snapshot(
                    failure=f"flowkit itself failed while inspecting the files: {why}. Please report this."
                )
            if name is None or Path(name) not in left:
                return Snapshot(failure=f"The process that loads the files {exit_reason(code)}.")
            left.remove(Path(name))
            failures.append(_load_failure(name, code, self._load_timeout))
        changed: list[Changed] = []
        for file in sorted(files | gone):
            old = self._files.get(file)
            if finding := next((problem for problem in failures if _file_of(problem) == file), None):
                self._files[file] = _File(old.plans if old else {}, frozenset(old.plans if old else ()))
                changed += [Changed(dag_id, "broken") for dag_id in self._files[file].broken]
                failures.remove(finding)
                answer["findings"].append(finding)
                continue
            changed += self._update(file, None if file in gone else answer["files"].get(str(file)))
        findings = tuple(raw if isinstance(raw, Problem) else from_record(raw) for raw in answer["findings"])
        new = {change.dag_id for change in changed if change.kind in {"added", "changed", "fixed"}}
        return Snapshot(
            tuple(changed), findings, files={file: self._state(file, answer, new) for file in files - gone}
        )

    def _state(self, file: Path, answer: Mapping[str, Any], new: set[str]) -> FileState:
        result = answer["files"].get(str(file))
        known = self._files.get(file, _File({}, frozenset()))
        if result is None:
            return FileState(frozenset(), frozenset(), known.broken, whole=False, loaded=not file.is_file())
        good = frozenset(result["plans"])
        return FileState(good, good & new, frozenset(result["broken"]), whole=bool(result["whole"]))

    def _ask(self, files: Sequence[Path]) -> dict[str, Any]:
        request = {
            "files": [str(file) for file in files],
            "folder": str(self._folder),
            "load_timeout": self._load_timeout,
        }
        code = None
        for _ in range(2):
            self._child.send(request)
            answer: dict[str, Any] | None = next(self._child.events(), None)
            if answer is not None:
                return answer
            code = self._child.process.wait()
            self._child.kill()
            self._child = self._start()
        return {"crash": {"file": None, "code": code}}

    def _same_ids(self, files: Collection[Path]) -> set[Path]:
        mine = {dag_id for file in files if file in self._files for dag_id in self._files[file].plans}
        return {file for file, known in self._files.items() if not mine.isdisjoint(known.plans)}

    def _update(self, file: Path, result: Mapping[str, Any] | None) -> list[Changed]:
        old = self._files.pop(file, None) or _File({}, frozenset())
        if result is None:
            return [Changed(dag_id, "removed") for dag_id in dict.fromkeys([*old.plans, *old.broken])]
        plans: dict[str, Plan] = result["plans"]
        broken = set(result["broken"])
        if not result["whole"]:
            # Missing pipelines may be in the part that was not executed: Airflow keeps them as well.
            broken |= {dag_id for dag_id in old.plans if dag_id not in plans}
        kept = {
            dag_id: plan for dag_id, plan in old.plans.items() if dag_id in broken and dag_id not in plans
        }
        self._files[file] = _File({**plans, **kept}, frozenset(broken), frozenset(result["reads"]))
        return [
            *(Changed(dag_id, "broken") for dag_id in sorted(broken)),
            *_changes_between(old, plans),
            *(Changed(dag_id, "removed") for dag_id in _ids_in(old) if dag_id not in {*plans, *broken}),
        ]

    def _with_moves(self, changed: Iterable[Changed], before: set[str]) -> Iterator[Changed]:
        # To Airflow, a pipeline that moves to another file is the same pipeline.
        now = self._ids()
        for change in changed:
            if change.kind == "removed" and change.dag_id in now:
                continue
            known = change.kind == "added" and change.dag_id in before
            yield Changed(change.dag_id, "moved") if known else change


def _changes_between(old: _File, plans: Mapping[str, Plan]) -> Iterator[Changed]:
    for dag_id, plan in plans.items():
        if dag_id not in old.plans:
            yield Changed(dag_id, "fixed" if dag_id in old.broken else "added")
        elif difference := changes(old.plans[dag_id], plan):
            yield Changed(dag_id, "changed", difference)
        elif dag_id in old.broken:
            yield Changed(dag_id, "fixed")


def _ids_in(old: _File) -> list[str]:
    return list(dict.fromkeys([*old.plans, *old.broken]))


def _load_failure(name: str, code: int | None, load_timeout: float) -> Problem:
    if code is None:
        message = f"This file did not load within {load_timeout:.0f} s. Airflow gives up on it too."
        hint = "Move code that waits or loops into the function of a task."
    else:
        message = f"Python {exit_reason(code)} while it loaded this file. The same happens in Airflow."
        hint = "Look for a call of os._exit, or a library that crashes."
    return Problem("FK501", message, hint, SourceLocation(name, 1))


def _file_of(finding: Problem) -> Path | None:
    location = finding.location
    return Path(location.file) if location else None
