"""
Saves that Airflow does not show yet, and how one knows that it does.

Airflow loses a request for a file that it is parsing just then, and takes the time at which such a parse ends for the
time up to which the file is known. So a result counts only if its parse cannot have begun before the save; where that
is not sure, flowkit asks again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Final, final

import attrs

from flowkit.embedded.dev.airflow_database import Database, ParsedDag, ParsedError
from flowkit.embedded.dev.dev_events import Late, Live
from flowkit.embedded.dev.snapshots import Changed, Snapshot

# Requests are repeated, but not before Airflow has come to rest for as many seconds: it works on the newest requests
# first, and would leave the older ones to wait.
_AGAIN: Final = 1.5
_LATE: Final = 15.0
_GIVE_UP: Final = 120.0
# Airflow writes a result some time after the parse has ended; by so much a parse may have begun earlier than it seems.
_UNSURE: Final = 0.5


@final
@attrs.define(eq=False)
class Pending:
    """
    A save that Airflow does not show yet.
    """

    files: set[str]
    """The DAG files that it concerns, by their paths in the DAG folder."""

    saved: float
    """When it was saved, in seconds since 1970."""

    new: Mapping[str, frozenset[str]] = attrs.field(factory=dict)
    """By file the pipelines that are not as they were."""

    gone: frozenset[str] = frozenset()
    """Of these files, those that Airflow no longer reads."""

    wrong: frozenset[str] = frozenset()
    """Of these files, those with problems: Airflow shows errors of them."""

    plain: frozenset[str] = frozenset()
    """Of these files, those of which flowkit knows nothing: they may hold DAGs written without it."""

    empty: frozenset[str] = frozenset()
    """Of these files, those that hold nothing that Airflow could show."""

    changed: tuple[Changed, ...] = ()
    broken: Mapping[str, frozenset[str]] = attrs.field(factory=dict)
    """By file: the pipelines that flowkit finds broken. Airflow stores their errors after the DAGs of a parse."""

    first: bool = False
    """Whether it stands for the files as they were at the start."""

    refused: dict[str, str] = attrs.field(factory=dict)
    """What Airflow alone says against files that flowkit finds good."""

    asked_again: set[str] = attrs.field(factory=set, init=False)
    told_late: bool = attrs.field(default=False, init=False)


def pending_of(
    look: Snapshot,
    files: Collection[Path],
    gone: Collection[Path],
    folder: Path,
    saved: float,
    *,
    first: bool,
) -> Pending:
    """
    Return what Airflow has to show after a save.

    Args:
        look: What flowkit has found.

        files: The files that the save concerns, and that Airflow reads.

        gone: Those that it no longer reads.

        folder: The DAG folder.

        saved: When they were saved, in seconds since 1970.

        first: Whether nothing was saved.
    """
    seen = {file.relative_to(folder).as_posix(): found for file, found in look.files.items()}
    left = {file.relative_to(folder).as_posix() for file in gone}
    # Nothing can be expected of what Python does not survive.
    names = {file.relative_to(folder).as_posix() for file in files} - left
    names -= {name for name, found in seen.items() if not found.loaded}
    wrong = {name for name, found in seen.items() if found.broken or not found.whole}
    return Pending(
        names | left,
        saved,
        {name: found.new for name, found in seen.items()},
        gone=frozenset(left),
        wrong=frozenset(wrong),
        plain=frozenset(names - set(seen)),
        empty=frozenset(name for name, found in seen.items() if not found.pipelines) - wrong,
        broken={name: found.broken for name, found in seen.items()},
        changed=look.changed,
        first=first,
    )


@final
@attrs.define(eq=False)
class Visible:
    """
    Watches Airflow's database until it shows what was saved.
    """

    folder: Path
    database: Database
    request: Callable[[Collection[str]], None]
    """Asks Airflow to parse files."""

    _pending: list[Pending] = attrs.field(factory=list, init=False)
    _newest: float = attrs.field(default=0.0, init=False)
    _moved: float = attrs.field(factory=time.monotonic, init=False)

    def add(self, new: Pending) -> None:
        """
        Wait for *new* as well. A later save of a file stands for the earlier ones.
        """
        for old in self._pending:
            old.files -= new.files
            if not old.files:
                new.changed = (*old.changed, *new.changed)
        self._pending = [old for old in self._pending if old.files]
        if new.files:
            self._pending.append(new)
        self._moved = time.monotonic()

    def look(self) -> Iterator[Live | Late]:
        """
        Yield what Airflow shows by now, and what it should show by now.

        Raises:
            sqlite3.OperationalError: If Airflow is writing for too long.
        """
        if not self._pending:
            return
        dags: dict[str, list[ParsedDag]] = {}
        for dag in self.database.dags({name for one in self._pending for name in one.files}):
            dags.setdefault(dag.file, []).append(dag)
        errors: dict[str, list[ParsedError]] = {}
        for error in self.database.errors():
            errors.setdefault(error.file, []).append(error)
        self._note_move(dags, errors)
        for pending in list(self._pending):
            yield from self._settle(pending, dags, errors)

    def _note_move(
        self, dags: Mapping[str, list[ParsedDag]], errors: Mapping[str, list[ParsedError]]
    ) -> None:
        times = [dag.visible for found in dags.values() for dag in found]
        times += [error.visible for found in errors.values() for error in found]
        newest = max(times, default=0.0)
        if newest != self._newest:
            self._newest, self._moved = newest, time.monotonic()

    def _settle(
        self,
        pending: Pending,
        dags: Mapping[str, list[ParsedDag]],
        errors: Mapping[str, list[ParsedError]],
    ) -> Iterator[Live | Late]:
        shown = {
            name: at
            for name in pending.files
            if (at := self._shown(pending, name, dags.get(name, []), errors.get(name, []))) is not None
        }
        waiting = pending.files - set(shown)
        passed = time.time() - pending.saved
        # Whether a file without flowkit's pipelines holds any DAG at all, only Airflow knows.
        if not waiting or (passed > _LATE and waiting <= pending.plain):
            self._pending.remove(pending)
            at = max(shown.values(), default=0.0)
            seconds = max(at - pending.saved, 0.0) if at else passed
            files = tuple(sorted(self.folder / name for name in shown))
            yield Live(
                files,
                seconds,
                pending.changed,
                wrong=not pending.wrong.isdisjoint(shown),
                refused=tuple(pending.refused.items()),
                first=pending.first,
            )
            return
        yield from self._wait_on(pending, waiting, passed)

    def _wait_on(self, pending: Pending, waiting: set[str], passed: float) -> Iterator[Late]:
        if time.monotonic() - self._moved > _AGAIN and not pending.first:
            self._moved = time.monotonic()
            self.request(waiting)
        if passed > _LATE and not (pending.told_late or pending.first):
            pending.told_late = True
            if late := waiting - pending.plain:
                yield Late(tuple(sorted(self.folder / name for name in late)), passed)
        if passed > _GIVE_UP:
            self._pending.remove(pending)

    def _shown(
        self, pending: Pending, name: str, dags: list[ParsedDag], errors: list[ParsedError]
    ) -> float | None:
        """
        Return when a file became visible as it was saved; zero if nothing tells; `None` if it is not yet.
        """
        if name in pending.gone:
            return None if dags else 0.0
        results: list[ParsedDag | ParsedError] = [*dags, *errors]
        after = [one for one in results if one.visible >= pending.saved]
        if not after:
            if name in pending.empty:
                self.database.retire(dag.dag_id for dag in dags)
            return 0.0 if name in pending.empty else None
        new = pending.new.get(name, frozenset())
        fresh = [one for one in after if one.begun >= pending.saved]
        ids = {one.dag_id for one in fresh if isinstance(one, ParsedDag)}
        refused = [one for one in errors if one in fresh] if name not in pending.wrong else []
        unsure = any(
            not _is_sure(one, pending) for one in after if isinstance(one, ParsedError) or one.dag_id in new
        )
        if unsure or not fresh or not (refused or new <= ids):
            if name not in pending.asked_again and not pending.first:
                pending.asked_again.add(name)
                self.request({name})
            return None
        if refused:
            pending.refused[name] = refused[0].text
        known = pending.broken.get(name, frozenset())
        missing = [dag for dag in dags if dag.dag_id not in ids and dag.dag_id not in known]
        self._retire_missing(name, missing, errors)
        return max(one.visible for one in fresh)

    def _retire_missing(self, name: str, missing: list[ParsedDag], errors: list[ParsedError]) -> None:
        # Airflow itself would do so much later, and could not tell them from those that are broken.
        if missing and all(error.name != name for error in errors):
            broken = {error.name.partition("::")[2] for error in errors}
            self.database.retire(dag.dag_id for dag in missing if dag.dag_id not in broken)


def _is_sure(one: ParsedDag | ParsedError, pending: Pending) -> bool:
    stored = one.stored if isinstance(one, ParsedDag) else 0.0
    return stored >= pending.saved or one.begun >= pending.saved + _UNSURE or pending.first
