"""
Saves that Airflow does not show yet, and the check whether it does.

Airflow loses a request for a file that it is parsing at that moment, and records the end of the parse as the time up
to which the file is known. So a result counts only if its parse cannot have started before the save; otherwise flowkit
requests another parse.
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

# Requests are repeated, but only after Airflow has been idle for this long: it handles the newest requests first, and
# would delay the older ones.
_RETRY_AFTER_S: Final = 1.5
_LATE_AFTER_S: Final = 15.0
_GIVE_UP_AFTER_S: Final = 120.0
# Airflow writes a result some time after the parse has ended, so a parse may have started this much earlier.
_PARSE_TOLERANCE_S: Final = 0.5


@final
@attrs.define(eq=False)
class PendingSave:
    """
    A save that Airflow does not show yet.
    """

    files: set[str]
    """The DAG files that it affects, by their paths in the DAG folder."""

    saved: float
    """When it was saved, in seconds since 1970."""

    new: Mapping[str, frozenset[str]] = attrs.field(factory=dict)
    """The changed pipelines of each file."""

    gone: frozenset[str] = frozenset()
    """Of these files, those that Airflow no longer reads."""

    wrong: frozenset[str] = frozenset()
    """Of these files, those with problems: Airflow shows their errors."""

    plain: frozenset[str] = frozenset()
    """Of these files, those without flowkit: they may contain other DAGs."""

    empty: frozenset[str] = frozenset()
    """Of these files, those without any pipeline that Airflow could show."""

    changed: tuple[Changed, ...] = ()
    broken: Mapping[str, frozenset[str]] = attrs.field(factory=dict)
    """The broken pipelines of each file. Airflow stores their errors after the DAGs of a parse."""

    first: bool = False
    """Whether it is the state at the start, before any save."""

    refused: dict[str, str] = attrs.field(factory=dict)
    """Airflow's errors for files in which flowkit finds no problem."""

    retried: set[str] = attrs.field(factory=set, init=False)
    late_reported: bool = attrs.field(default=False, init=False)


def pending_of(
    snapshot: Snapshot, files: set[Path], gone: set[Path], folder: Path, saved: float, *, first: bool
) -> PendingSave:
    """
    Return what Airflow is expected to show after a save.

    Args:
        snapshot: The result of flowkit's inspection.

        files: The files that the save affects and Airflow reads.

        gone: Those that it no longer reads.

        folder: The DAG folder.

        saved: When they were saved, in seconds since 1970.

        first: Whether this is the state at the start, before any save.
    """
    seen = {file.relative_to(folder).as_posix(): state for file, state in snapshot.files.items()}
    left = {file.relative_to(folder).as_posix() for file in gone}
    # A file that crashes Python produces no result.
    names = {file.relative_to(folder).as_posix() for file in files} - left
    names -= {name for name, state in seen.items() if not state.loaded}
    wrong = {name for name, state in seen.items() if state.broken or not state.whole}
    return PendingSave(
        names | left,
        saved,
        {name: state.new for name, state in seen.items()},
        gone=frozenset(left),
        wrong=frozenset(wrong),
        plain=frozenset(names - set(seen)),
        empty=frozenset(name for name, state in seen.items() if not state.pipelines) - wrong,
        broken={name: state.broken for name, state in seen.items()},
        changed=snapshot.changed,
        first=first,
    )


@final
@attrs.define(eq=False)
class PendingSaves:
    """
    Watches Airflow's database until it shows what was saved.
    """

    folder: Path
    database: Database
    request: Callable[[Collection[str]], None]
    """Asks Airflow to parse files."""

    _pending: list[PendingSave] = attrs.field(factory=list, init=False)
    _newest: float = attrs.field(default=0.0, init=False)
    _last_activity: float = attrs.field(factory=time.monotonic, init=False)

    def add(self, new: PendingSave) -> None:
        """
        Wait for *new* as well. A later save of a file supersedes the earlier ones.
        """
        for old in self._pending:
            old.files -= new.files
            if not old.files:
                new.changed = (*old.changed, *new.changed)
        self._pending = [old for old in self._pending if old.files]
        if new.files:
            self._pending.append(new)
        self._last_activity = time.monotonic()

    def poll(self) -> Iterator[Live | Late]:
        """
        Yield the saves that Airflow now shows, and those that are late.

        Raises:
            sqlite3.OperationalError: If Airflow keeps the database locked for too long.
        """
        if not self._pending:
            return
        dags: dict[str, list[ParsedDag]] = {}
        for dag in self.database.dags({name for save in self._pending for name in save.files}):
            dags.setdefault(dag.file, []).append(dag)
        errors: dict[str, list[ParsedError]] = {}
        for error in self.database.errors():
            errors.setdefault(error.file, []).append(error)
        self._note_activity(dags, errors)
        for save in list(self._pending):
            yield from self._settle(save, dags, errors)

    def _note_activity(
        self, dags: Mapping[str, list[ParsedDag]], errors: Mapping[str, list[ParsedError]]
    ) -> None:
        times = [dag.visible for group in dags.values() for dag in group]
        times += [error.visible for group in errors.values() for error in group]
        newest = max(times, default=0.0)
        if newest != self._newest:
            self._newest, self._last_activity = newest, time.monotonic()

    def _settle(
        self,
        save: PendingSave,
        dags: Mapping[str, list[ParsedDag]],
        errors: Mapping[str, list[ParsedError]],
    ) -> Iterator[Live | Late]:
        shown = {
            name: at
            for name in save.files
            if (at := self._shown_at(save, name, dags.get(name, []), errors.get(name, []))) is not None
        }
        waiting = save.files - set(shown)
        passed = time.time() - save.saved
        # Only Airflow knows whether a file without flowkit's pipelines contains any DAG.
        if not waiting or (passed > _LATE_AFTER_S and waiting <= save.plain):
            self._pending.remove(save)
            at = max(shown.values(), default=0.0)
            seconds = max(at - save.saved, 0.0) if at else passed
            files = tuple(sorted(self.folder / name for name in shown))
            yield Live(
                files,
                seconds,
                save.changed,
                wrong=not save.wrong.isdisjoint(shown),
                refused=tuple(save.refused.items()),
                first=save.first,
            )
            return
        yield from self._wait_on(save, waiting, passed)

    def _wait_on(self, save: PendingSave, waiting: set[str], passed: float) -> Iterator[Late]:
        if time.monotonic() - self._last_activity > _RETRY_AFTER_S and not save.first:
            self._last_activity = time.monotonic()
            self.request(waiting)
        if passed > _LATE_AFTER_S and not (save.late_reported or save.first):
            save.late_reported = True
            if late := waiting - save.plain:
                yield Late(tuple(sorted(self.folder / name for name in late)), passed)
        if passed > _GIVE_UP_AFTER_S:
            self._pending.remove(save)

    def _shown_at(
        self, save: PendingSave, name: str, dags: list[ParsedDag], errors: list[ParsedError]
    ) -> float | None:
        """
        Return when a saved file became visible; zero if that is unknown, `None` if it is not visible yet.
        """
        if name in save.gone:
            return None if dags else 0.0
        results: list[ParsedDag | ParsedError] = [*dags, *errors]
        after = [item for item in results if item.visible >= save.saved]
        if not after:
            if name in save.empty:
                self.database.retire(dag.dag_id for dag in dags)
            return 0.0 if name in save.empty else None
        new = save.new.get(name, frozenset())
        fresh = [item for item in after if item.begun >= save.saved]
        ids = {item.dag_id for item in fresh if isinstance(item, ParsedDag)}
        refused = [item for item in errors if item in fresh] if name not in save.wrong else []
        unsure = any(
            not _is_sure(item, save) for item in after if isinstance(item, ParsedError) or item.dag_id in new
        )
        if unsure or not fresh or not (refused or new <= ids):
            if name not in save.retried and not save.first:
                save.retried.add(name)
                self.request({name})
            return None
        if refused:
            save.refused[name] = refused[0].text
        known = save.broken.get(name, frozenset())
        missing = [dag for dag in dags if dag.dag_id not in ids and dag.dag_id not in known]
        self._retire_missing(name, missing, errors)
        return max(item.visible for item in fresh)

    def _retire_missing(self, name: str, missing: list[ParsedDag], errors: list[ParsedError]) -> None:
        # Airflow would do so much later, and cannot distinguish them from broken ones.
        if missing and all(error.name != name for error in errors):
            broken = {error.name.partition("::")[2] for error in errors}
            self.database.retire(dag.dag_id for dag in missing if dag.dag_id not in broken)


def _is_sure(item: ParsedDag | ParsedError, save: PendingSave) -> bool:
    stored = item.stored if isinstance(item, ParsedDag) else 0.0
    return stored >= save.saved or item.begun >= save.saved + _PARSE_TOLERANCE_S or save.first
