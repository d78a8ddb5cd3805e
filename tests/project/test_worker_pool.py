"""
Work in forks of this process, and their crashes.
"""

from __future__ import annotations

import os
import signal
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from flowkit.project.worker_pool import WorkerCrashed, can_fork, run_in_workers

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks are used on Linux only")


def _squares(chunk: Sequence[int], begin: Callable[[int], None]) -> Iterator[int]:
    for number in chunk:
        begin(number)
        yield number * number


def _nothing(_number: int) -> None:
    pass


def test_each_item_is_done_once_in_another_process() -> None:
    """
    The results are by number.
    """

    def work(chunk: Sequence[int], begin: Callable[[int], None]) -> Iterator[tuple[int, int]]:
        return ((square, os.getpid()) for square in _squares(chunk, begin))

    results = run_in_workers(work, [range(0, 1000, 2), range(1, 1000, 2)], _nothing)

    found = {number: one for number, one in results.items() if isinstance(one, tuple)}
    assert {number: square for number, (square, _) in found.items()} == {n: n * n for n in range(1000)}
    pids = {pid for _, pid in found.values()}
    assert len(pids) == 2
    assert os.getpid() not in pids


def test_an_answer_larger_than_a_pipe() -> None:
    """
    It does not deadlock.
    """

    def work(chunk: Sequence[int], begin: Callable[[int], None]) -> Iterator[str]:
        for number in chunk:
            begin(number)
            yield str(number) * 300_000

    results = run_in_workers(work, [[1, 2], [3]], _nothing)

    assert results == {number: str(number) * 300_000 for number in (1, 2, 3)}


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (lambda: os._exit(0), "exited with code 0"),
        (lambda: os._exit(7), "exited with code 7"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "was killed by SIGKILL"),
        (lambda: os.environ["NO_SUCH"], "failed with KeyError in the checks after it"),
    ],
    ids=["exit", "error", "signal", "raised"],
)
@pytest.mark.parametrize("bad", [0, 2, 5])
def test_a_worker_that_crashes(end: Callable[[], object], reason: str, bad: int) -> None:
    """
    The item at which it crashed is reported, and the others are done.
    """

    def work(chunk: Sequence[int], begin: Callable[[int], None]) -> Iterator[int]:
        for number in chunk:
            begin(number)
            if number == bad:
                end()
            yield number

    results = run_in_workers(work, [range(0, 6, 2), range(1, 6, 2)], _nothing)

    assert results == {**{number: number for number in range(6)}, bad: WorkerCrashed(reason)}


def test_every_item_crashes() -> None:
    """
    There is an end to restarts.
    """

    def work(chunk: Sequence[int], begin: Callable[[int], None]) -> Iterator[int]:
        for number in chunk:
            begin(number)
            os._exit(number)
            yield number

    assert run_in_workers(work, [[1, 2], [3]], _nothing) == {
        n: WorkerCrashed(f"exited with code {n}") for n in (1, 2, 3)
    }


def test_a_worker_that_interrupts_itself() -> None:
    """
    It has a session of its own, so nobody else does. It is the problem of the item.
    """

    def work(chunk: Sequence[int], begin: Callable[[int], None]) -> Iterator[int]:
        for number in chunk:
            begin(number)
            if number == 2:
                os.kill(os.getpid(), signal.SIGINT)
            yield number

    results = run_in_workers(work, [[1, 2, 3]], _nothing)

    assert results == {1: 1, 2: WorkerCrashed("exited with code 130"), 3: 3}


def _block_signals() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    time.sleep(999)


def _start_threads() -> None:
    threading.Thread(target=time.sleep, args=(999,)).start()
    time.sleep(999)


@pytest.mark.parametrize(
    "hang",
    [
        lambda: time.sleep(999),
        _block_signals,
        _start_threads,
        lambda: [os.write(1, b"x" * 100_000) for _ in iter(int, 1)],
    ],
    ids=["sleeps", "ignores signals", "has threads", "prints without end"],
)
def test_an_item_that_takes_too_long(hang: Callable[[], object], capfd: pytest.CaptureFixture[str]) -> None:
    """
    Its worker is ended, and another one does the rest. What it prints is bounded.
    """

    def work(chunk: Sequence[int], begin: Callable[[int], None]) -> Iterator[int]:
        for number in chunk:
            begin(number)
            if number == 2:
                hang()
            yield number

    results = run_in_workers(work, [[1, 2, 3]], _nothing, limit=lambda _: 0.5)

    assert results == {1: 1, 2: WorkerCrashed("was ended after 0.5 s", timed_out=True), 3: 3}
    assert len(capfd.readouterr().err) < 1_100_000


def test_a_limit_is_for_one_item() -> None:
    """
    Together they may take longer.
    """

    def work(chunk: Sequence[int], begin: Callable[[int], None]) -> Iterator[int]:
        for number in chunk:
            begin(number)
            time.sleep(0.3)
            yield number

    assert run_in_workers(work, [range(4)], _nothing, limit=lambda _: 1.0) == {n: n for n in range(4)}


@pytest.mark.parametrize(
    "act",
    [
        lambda: os.closerange(3, 256),
        lambda: [os.dup2(os.open(os.devnull, os.O_WRONLY), fd) for fd in range(3, 64)],
        lambda: [os.write(fd, b"\x05" + bytes(7) + b"hello") for fd in range(3, 64) if _is_pipe(fd)],
    ],
    ids=["closed", "replaced", "garbage"],
)
def test_a_worker_that_loses_its_pipe(act: Callable[[], object]) -> None:
    """
    The items that were not lost are done again.
    """

    def work(chunk: Sequence[int], begin: Callable[[int], None]) -> Iterator[int]:
        for number in chunk:
            begin(number)
            if number == 2:
                with suppress(OSError):
                    act()
            yield number

    results = run_in_workers(work, [[1, 2, 3, 4]], _nothing)

    assert {number: results[number] for number in (1, 3, 4)} == {1: 1, 3: 3, 4: 4}
    assert results[2] in (2, WorkerCrashed("exited with code 1"))


def _is_pipe(fd: int) -> bool:
    with suppress(OSError):
        return stat.S_ISFIFO(os.fstat(fd).st_mode)
    return False


def test_a_fork_that_comes_back() -> None:
    """
    It does not answer as well.
    """

    def work(chunk: Sequence[int], begin: Callable[[int], None]) -> Iterator[tuple[int, int]]:
        for number in chunk:
            begin(number)
            os.fork()
            yield number, os.getpid()

    results = run_in_workers(work, [[1, 2, 3]], _nothing)

    assert [one[0] for one in results.values() if isinstance(one, tuple)] == [1, 2, 3]
    assert len({one[1] for one in results.values() if isinstance(one, tuple)}) == 1


def test_its_standard_input_is_empty() -> None:
    """
    Nobody would know what to answer.
    """

    def work(chunk: Sequence[int], begin: Callable[[int], None]) -> Iterator[bytes]:
        for number in chunk:
            begin(number)
            yield os.read(0, 10)

    assert run_in_workers(work, [[1]], _nothing) == {1: b""}


def test_prints_stay_off_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    """
    Nor does the output of programs that the work starts.
    """

    def work(chunk: Sequence[int], begin: Callable[[int], None]) -> Iterator[int]:
        os.system("echo from a program")  # noqa: S605 - as a user's file may
        os.write(1, b"raw\n")
        yield from _squares(chunk, begin)

    run_in_workers(work, [[1]], _nothing)

    assert capfd.readouterr() == ("", "from a program\nraw\n")


def test_a_worker_cannot_change_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The working folder, the environment and the modules of this one are as before.
    """
    monkeypatch.setenv("KEPT", "yes")
    before = Path.cwd()

    def work(chunk: Sequence[int], begin: Callable[[int], None]) -> Iterator[int]:
        os.chdir("/")
        os.environ.clear()
        yield from _squares(chunk, begin)

    run_in_workers(work, [[1]], _nothing)

    assert (Path.cwd(), os.environ["KEPT"]) == (before, "yes")


def test_with_other_threads_there_is_no_forking() -> None:
    """
    A fork would have their locks, and nothing to release them.
    """
    assert can_fork() == (threading.active_count() == 1)
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        assert not can_fork()
    finally:
        over.set()
        thread.join()
