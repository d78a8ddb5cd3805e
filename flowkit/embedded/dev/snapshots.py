"""
What flowkit knows of the files of a DAG folder: asked of a process of its own, and compared from look to look.
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
    kind: Literal["added", "removed", "changed", "mended", "moved", "broken"]
    """
    `broken`: the last good version stays in Airflow. `mended`: it is that version again. `moved`: from another file.
    """

    changes: tuple[Change, ...] = ()


@final
@attrs.frozen
class FileState:
    """
    What a look has found in one file, in short.
    """

    pipelines: frozenset[str]
    """The ids of the pipelines that can be run."""

    new: frozenset[str]
    """Those of them that are not as they were."""

    broken: frozenset[str]
    """The ids of the broken ones."""

    whole: bool
    """Whether the file could be executed to its end."""

    loaded: bool = True
    """Whether Python lived to see that end."""


@final
@attrs.frozen
class Snapshot:
    """
    What a look at some files has found.
    """

    changed: tuple[Changed, ...] = ()
    findings: tuple[Problem, ...] = ()
    died: str = ""
    """Why there was no look at all."""

    files: Mapping[Path, FileState] = attrs.field(factory=dict)
    """What is in them, of those that are there."""


@attrs.define
class _File:
    plans: dict[str, Plan]
    """The last good version of each pipeline, by id."""

    broken: frozenset[str]
    reads: frozenset[str] = frozenset()


@final
class Project:
    """
    The files of one DAG folder, as they were when last looked at.

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
        Return the files that read *path*, no Python file, when they were last loaded, or that listed its folder.
        """
        names = {str(path), f"{path.parent}{os.sep}"}
        return {file for file, known in self._files.items() if not names.isdisjoint(known.reads)}

    def look(self, files: Iterable[Path], gone: Iterable[Path] = ()) -> Snapshot:
        """
        Look at *files* again, and return what is new.

        Args:
            files: The files to load. Those that hold nothing of flowkit's do no harm.

            gone: Files that Airflow no longer reads.
        """
        asked = set(files)
        before = self._ids()
        look = self._look(asked, set(gone))
        if more := self._same_ids(asked) - asked:
            # What is wrong is told of files that are looked at together.
            again = self._look(more | asked, set())
            look = attrs.evolve(look, findings=again.findings, files={**again.files, **look.files})
        return attrs.evolve(look, changed=tuple(self._moved(look.changed, before)))

    def _look(self, files: set[Path], gone: set[Path]) -> Snapshot:
        left = sorted(file for file in files if file.is_file())
        dead: list[Problem] = []
        while "died" in (answer := self._ask(left)):
            name, code = answer["died"]["file"], answer["died"]["code"]
            if why := answer["died"].get("why"):
                return Snapshot(
                    died=f"flowkit itself has failed while it looked at the files: {why}. Please report this."
                )
            if name is None or Path(name) not in left:
                return Snapshot(died=f"The process that loads the files {exit_reason(code)}.")
            left.remove(Path(name))
            dead.append(_dead(name, code, self._load_timeout))
        changed: list[Changed] = []
        for file in sorted(files | gone):
            old = self._files.get(file)
            if finding := next((one for one in dead if _file_of(one) == file), None):
                self._files[file] = _File(old.plans if old else {}, frozenset(old.plans if old else ()))
                changed += [Changed(dag_id, "broken") for dag_id in self._files[file].broken]
                dead.remove(finding)
                answer["findings"].append(finding)
                continue
            changed += self._update(file, None if file in gone else answer["files"].get(str(file)))
        findings = tuple(one if isinstance(one, Problem) else from_record(one) for one in answer["findings"])
        new = {one.dag_id for one in changed if one.kind in {"added", "changed", "mended"}}
        return Snapshot(
            tuple(changed), findings, files={file: self._seen(file, answer, new) for file in files - gone}
        )

    def _seen(self, file: Path, answer: Mapping[str, Any], new: set[str]) -> FileState:
        told = answer["files"].get(str(file))
        known = self._files.get(file, _File({}, frozenset()))
        if told is None:
            return FileState(frozenset(), frozenset(), known.broken, whole=False, loaded=not file.is_file())
        good = frozenset(told["plans"])
        return FileState(good, good & new, frozenset(told["broken"]), whole=bool(told["whole"]))

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
        return {"died": {"file": None, "code": code}}

    def _same_ids(self, files: Collection[Path]) -> set[Path]:
        mine = {dag_id for file in files if file in self._files for dag_id in self._files[file].plans}
        return {file for file, known in self._files.items() if not mine.isdisjoint(known.plans)}

    def _update(self, file: Path, told: Mapping[str, Any] | None) -> list[Changed]:
        old = self._files.pop(file, None) or _File({}, frozenset())
        if told is None:
            return [Changed(dag_id, "removed") for dag_id in dict.fromkeys([*old.plans, *old.broken])]
        plans: dict[str, Plan] = told["plans"]
        broken = set(told["broken"])
        if not told["whole"]:
            # What is missing may be what could not be read: Airflow keeps it as well.
            broken |= {dag_id for dag_id in old.plans if dag_id not in plans}
        kept = {
            dag_id: plan for dag_id, plan in old.plans.items() if dag_id in broken and dag_id not in plans
        }
        self._files[file] = _File({**plans, **kept}, frozenset(broken), frozenset(told["reads"]))
        return [
            *(Changed(dag_id, "broken") for dag_id in sorted(broken)),
            *_compared(old, plans),
            *(Changed(dag_id, "removed") for dag_id in _gone(old) if dag_id not in {*plans, *broken}),
        ]

    def _moved(self, changed: Iterable[Changed], before: set[str]) -> Iterator[Changed]:
        # A pipeline that goes from one file to another is the same pipeline to Airflow.
        now = self._ids()
        for one in changed:
            if one.kind == "removed" and one.dag_id in now:
                continue
            known = one.kind == "added" and one.dag_id in before
            yield Changed(one.dag_id, "moved") if known else one


def _compared(old: _File, plans: Mapping[str, Plan]) -> Iterator[Changed]:
    for dag_id, plan in plans.items():
        if dag_id not in old.plans:
            yield Changed(dag_id, "mended" if dag_id in old.broken else "added")
        elif difference := changes(old.plans[dag_id], plan):
            yield Changed(dag_id, "changed", difference)
        elif dag_id in old.broken:
            yield Changed(dag_id, "mended")


def _gone(old: _File) -> list[str]:
    return list(dict.fromkeys([*old.plans, *old.broken]))


def _dead(name: str, code: int | None, load_timeout: float) -> Problem:
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
