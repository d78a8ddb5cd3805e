"""
When a save counts as visible.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import attrs
import pytest

from flowkit.embedded.dev import pending_saves
from flowkit.embedded.dev.airflow_database import ParsedDag, ParsedError
from flowkit.embedded.dev.dev_events import Late, Live
from flowkit.embedded.dev.pending_saves import PendingSave, PendingSaves, pending_of
from flowkit.embedded.dev.snapshots import Changed, FileState, Snapshot

FOLDER = Path("/project/dags")
SAVED = 1_800_000_000.0


@attrs.define(eq=False)
class Airflow:
    """
    Stands for the database, and for the one who asks Airflow.
    """

    shown: list[ParsedDag] = attrs.field(factory=list)
    failed: list[ParsedError] = attrs.field(factory=list)
    retired: list[str] = attrs.field(factory=list)
    requests: list[set[str]] = attrs.field(factory=list)

    def dags(self, files: Collection[str] = ()) -> list[ParsedDag]:
        return [dag for dag in self.shown if dag.file in files]

    def errors(self) -> list[ParsedError]:
        return self.failed

    def retire(self, dag_ids: Iterable[str]) -> None:
        self.retired += dag_ids

    def request(self, files: Collection[str]) -> None:
        self.requests.append(set(files))


@attrs.define(eq=False)
class Clock:
    """
    Stands for the module `time`. It advances only when the test says so.
    """

    passed: float = 5.0
    """The seconds since the save."""

    def time(self) -> float:
        return SAVED + self.passed

    def monotonic(self) -> float:
        return self.passed


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """
    What time it is.
    """
    clock = Clock()
    monkeypatch.setattr(pending_saves, "time", clock)
    return clock


@pytest.fixture
def airflow() -> Airflow:
    """
    An Airflow that has shown nothing yet.
    """
    return Airflow()


@pytest.fixture
def saves(airflow: Airflow, clock: Clock) -> PendingSaves:
    """
    What watches it.
    """
    database: Any = airflow
    return PendingSaves(FOLDER, database, airflow.request)


def dag(dag_id: str = "a", *, begun: float, stored: float = 0.0, file: str = "a.py") -> ParsedDag:
    """
    Return a DAG that was parsed so many seconds after the save.
    """
    return ParsedDag(file, dag_id, SAVED + begun, SAVED + begun + 0.2, SAVED + stored if stored else 0.0)


def error(name: str = "a.py", *, begun: float) -> ParsedError:
    """
    Return an error that was found so many seconds after the save.
    """
    return ParsedError(name.partition("::")[0], name, SAVED + begun, SAVED + begun + 0.5, "what is wrong")


def changed_a(**more: Any) -> PendingSave:
    """
    Return the save of a file in which one pipeline changed.
    """
    return PendingSave(
        {"a.py"}, SAVED, {"a.py": frozenset({"a"})}, changed=(Changed("a", "changed"),), **more
    )


def test_nothing_is_asked_while_nothing_is_pending(saves: PendingSaves) -> None:
    """
    The database is not queried.
    """
    assert list(saves.poll()) == []


def test_a_dag_that_became_another_is_live(saves: PendingSaves, airflow: Airflow) -> None:
    """
    The time is that of the result.
    """
    saves.add(changed_a())
    assert list(saves.poll()) == []
    airflow.shown = [dag(begun=0.1, stored=0.3)]
    (live,) = saves.poll()
    assert isinstance(live, Live)
    assert (live.files, live.changed) == ((FOLDER / "a.py",), (Changed("a", "changed"),))
    assert live.seconds == pytest.approx(0.3, abs=0.001)
    assert list(saves.poll()) == []


@pytest.mark.parametrize("begun", [-0.1, 0.2])
def test_a_parse_that_may_have_begun_before_the_save_does_not_count(
    saves: PendingSaves, airflow: Airflow, begun: float
) -> None:
    """
    Nothing else says that it shows the save. Airflow is asked once more, and no more often for one result.
    """
    saves.add(changed_a())
    airflow.shown = [dag(begun=begun)]
    assert list(saves.poll()) == list(saves.poll()) == []
    assert airflow.requests == [{"a.py"}]
    airflow.shown = [dag(begun=1.5)]
    assert [type(event) for event in saves.poll()] == [Live]


def test_a_save_that_changed_nothing_needs_no_proof(saves: PendingSaves, airflow: Airflow) -> None:
    """
    Tasks run the new code anyhow.
    """
    saves.add(PendingSave({"a.py"}, SAVED))
    airflow.shown = [dag(begun=0.1)]
    assert [type(event) for event in saves.poll()] == [Live]


def test_all_files_have_to_be_there(saves: PendingSaves, airflow: Airflow) -> None:
    """
    Those that hold nothing leave no trace.
    """
    saves.add(PendingSave({"a.py", "b.py", "empty.py"}, SAVED, empty=frozenset({"empty.py"})))
    airflow.shown = [dag(begun=0.7)]
    assert list(saves.poll()) == []
    airflow.shown.append(dag("b", begun=0.9, file="b.py"))
    (live,) = saves.poll()
    assert isinstance(live, Live)
    assert live.seconds == pytest.approx(1.1, abs=0.001)


def test_a_file_that_is_gone_has_no_dags(saves: PendingSaves, airflow: Airflow) -> None:
    """
    They are waited for to go.
    """
    saves.add(PendingSave({"a.py"}, SAVED, gone=frozenset({"a.py"})))
    airflow.shown = [dag(begun=-10)]
    assert list(saves.poll()) == []
    airflow.shown = []
    assert [type(event) for event in saves.poll()] == [Live]


def test_what_only_airflow_rejects_is_reported(saves: PendingSaves, airflow: Airflow) -> None:
    """
    With its words.
    """
    saves.add(changed_a())
    airflow.failed = [error(begun=0.8)]
    (live,) = saves.poll()
    assert isinstance(live, Live)
    assert live.refused == (("a.py", "what is wrong"),)
    assert not live.wrong


def test_errors_that_flowkit_knows_are_not_reported_again(saves: PendingSaves, airflow: Airflow) -> None:
    """
    They were printed with the save.
    """
    saves.add(PendingSave({"a.py"}, SAVED, wrong=frozenset({"a.py"})))
    airflow.failed = [error("a.py::a", begun=0.8)]
    (live,) = saves.poll()
    assert isinstance(live, Live)
    assert live.wrong
    assert live.refused == ()


def test_dags_that_left_a_file_are_retired(saves: PendingSaves, airflow: Airflow) -> None:
    """
    Not the broken ones, and none while the file as a whole has an error.
    """
    airflow.shown = [dag(begun=0.8), dag("left", begun=-60), dag("broken", begun=-60)]
    airflow.failed = [error("a.py::broken", begun=0.8)]
    saves.add(changed_a(wrong=frozenset({"a.py"})))
    assert [type(event) for event in saves.poll()] == [Live]
    assert airflow.retired == ["left"]

    airflow.retired.clear()
    airflow.failed = []  # not yet: Airflow has stored the DAGs
    saves.add(changed_a(wrong=frozenset({"a.py"}), broken={"a.py": frozenset({"broken"})}))
    assert [type(event) for event in saves.poll()] == [Live]
    assert airflow.retired == ["left"]

    airflow.retired.clear()
    airflow.failed = [error("a.py", begun=0.8)]
    saves.add(PendingSave({"a.py"}, SAVED, wrong=frozenset({"a.py"})))
    assert [type(event) for event in saves.poll()] == [Live]
    assert airflow.retired == []


def test_a_later_save_stands_for_an_earlier_one(saves: PendingSaves, airflow: Airflow) -> None:
    """
    One line reports both.
    """
    saves.add(changed_a())
    saves.add(PendingSave({"a.py"}, SAVED + 0.3, changed=(Changed("b", "added"),)))
    airflow.shown = [dag(begun=1.0)]
    (live,) = saves.poll()
    assert isinstance(live, Live)
    assert [one.dag_id for one in live.changed] == ["a", "b"]


def test_a_save_that_does_not_come_through_is_reported_once(saves: PendingSaves, clock: Clock) -> None:
    """
    After some seconds. A file that holds none of flowkit's pipelines may hold none at all: nothing is said of it.
    """
    saves.add(PendingSave({"a.py", "plain.py"}, SAVED, plain=frozenset({"plain.py"})))
    assert list(saves.poll()) == []
    clock.passed = 20
    assert [event.files for event in saves.poll() if isinstance(event, Late)] == [(FOLDER / "a.py",)]
    assert list(saves.poll()) == []
    saves.add(PendingSave({"plain.py"}, SAVED, plain=frozenset({"plain.py"})))
    assert [event.files for event in saves.poll() if isinstance(event, Live)] == [()]


def test_requests_are_repeated_when_airflow_rests(
    saves: PendingSaves, airflow: Airflow, clock: Clock
) -> None:
    """
    It may have lost one.
    """
    saves.add(changed_a())
    list(saves.poll())
    assert airflow.requests == []
    clock.passed += 2
    list(saves.poll())
    assert airflow.requests == [{"a.py"}]


def test_a_snapshot_determines_what_to_wait_for() -> None:
    """
    File by file.
    """
    names = ("good", "broken", "half", "dead", "none", "plain")
    files = {name: FOLDER / f"{name}.py" for name in names}
    none: frozenset[str] = frozenset()
    one = frozenset({"a"})
    snapshot = Snapshot(
        files={
            files["good"]: FileState(one, one, none, whole=True),
            files["broken"]: FileState(one, none, frozenset({"b"}), whole=True),
            files["half"]: FileState(none, none, none, whole=False),
            files["dead"]: FileState(none, none, none, whole=False, loaded=False),
            files["none"]: FileState(none, none, none, whole=True),
        }
    )
    found = pending_of(snapshot, set(files.values()), {FOLDER / "gone.py"}, FOLDER, SAVED, first=False)
    assert found.files == {"good.py", "broken.py", "half.py", "none.py", "plain.py", "gone.py"}
    assert found.new["good.py"] == {"a"}
    assert found.wrong == {"broken.py", "half.py", "dead.py"}
    assert found.empty == {"none.py"}
    assert found.plain == {"plain.py"}
    assert found.gone == {"gone.py"}
