"""
Why a process of Airflow has exited.
"""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from flowkit.embedded.dev.crash_logs import crash_reason, disk_is_full


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """
    A log of some lines.
    """
    log = tmp_path / "scheduler.log"
    log.write_text("".join(f"line {number}\n" for number in range(40)))
    return log


def test_the_end_of_a_log(log: Path) -> None:
    """
    Its last lines; nothing if the log is missing.
    """
    assert crash_reason(log).splitlines() == [f"  line {number}" for number in range(25, 40)]
    assert crash_reason(log.with_name("other.log")) == ""


@pytest.mark.parametrize(
    "line",
    ["sqlite3.OperationalError: database or disk is full", "OSError: [Errno 28] No space left on device"],
)
def test_a_full_disk_has_a_message_of_its_own(log: Path, line: str) -> None:
    """
    It is recognised in the log: the exit may have freed some space.
    """
    assert not disk_is_full(log)
    with log.open("a") as file:
        file.write(f"{line}\nthe end\n")
    assert crash_reason(log) == f"  The disk of {log.parent} is full. Free some space and start again."


def test_a_disk_that_is_full_now(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The process could not even log it.
    """
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as the standard library has it
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 10, 1000))
    assert disk_is_full(log)
