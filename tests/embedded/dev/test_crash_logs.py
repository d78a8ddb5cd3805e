"""
What is told of a process of Airflow's that has ended.
"""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from flowkit.embedded.dev.crash_logs import disk_is_full, why


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """
    A log of some lines.
    """
    log = tmp_path / "scheduler.log"
    log.write_text("".join(f"line {number}\n" for number in range(40)))
    return log


def test_the_end_of_a_log_is_told(log: Path) -> None:
    """
    Its last lines, and nothing of a log that is not there.
    """
    assert why(log).splitlines() == [f"  line {number}" for number in range(25, 40)]
    assert why(log.with_name("other.log")) == ""


@pytest.mark.parametrize(
    "line",
    ["sqlite3.OperationalError: database or disk is full", "OSError: [Errno 28] No space left on device"],
)
def test_a_full_disk_is_told_in_plain_words(log: Path, line: str) -> None:
    """
    As Airflow's processes tell it, which may have made room by their end.
    """
    assert not disk_is_full(log)
    with log.open("a") as file:
        file.write(f"{line}\nthe end\n")
    assert why(log) == f"  The disk of {log.parent} is full. Make room, and start again."


def test_a_disk_that_is_full_now(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The process could not even say so.
    """
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as the standard library has it
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 10, 1000))
    assert disk_is_full(log)
