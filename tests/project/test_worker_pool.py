"""
Work that copies of this process do, whatever happens to them.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from flowkit.project.worker_pool import WorkerCrashed, can_share, in_shares

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="copies are made on Linux alone")


def _squares(share: Sequence[int], begin: Callable[[int], None]) -> Iterator[int]:
    for number in share:
        begin(number)
        yield number * number


def _nothing(_number: int) -> None:
    pass


def test_each_piece_is_done_once_in_another_process() -> None:
    """
    What each gives is known by its number.
    """

    def work(share: Sequence[int], begin: Callable[[int], None]) -> Iterator[tuple[int, int]]:
        return ((square, os.getpid()) for square in _squares(share, begin))

    given = in_shares(work, [range(0, 1000, 2), range(1, 1000, 2)], _nothing)

    found = {number: one for number, one in given.items() if isinstance(one, tuple)}
    assert {number: square for number, (square, _) in found.items()} == {n: n * n for n in range(1000)}
    pids = {pid for _, pid in found.values()}
    assert len(pids) == 2
    assert os.getpid() not in pids


def test_an_answer_larger_than_a_pipe() -> None:
    """
    However much there is to say, nothing waits forever.
    """

    def work(share: Sequence[int], begin: Callable[[int], None]) -> Iterator[str]:
        for number in share:
            begin(number)
            yield str(number) * 300_000

    given = in_shares(work, [[1, 2], [3]], _nothing)

    assert given == {number: str(number) * 300_000 for number in (1, 2, 3)}


@pytest.mark.parametrize(
    ("end", "how"),
    [
        (lambda: os._exit(0), "exit status 0"),
        (lambda: os._exit(7), "exit status 7"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "signal SIGKILL"),
        (lambda: os.environ["NO_SUCH"], "KeyError in what came after it"),
    ],
    ids=["exit", "error", "signal", "raised"],
)
@pytest.mark.parametrize("bad", [0, 2, 5])
def test_a_copy_that_dies(end: Callable[[], object], how: str, bad: int) -> None:
    """
    The piece that ended it is told, and the others are done all the same.
    """

    def work(share: Sequence[int], begin: Callable[[int], None]) -> Iterator[int]:
        for number in share:
            begin(number)
            if number == bad:
                end()
            yield number

    given = in_shares(work, [range(0, 6, 2), range(1, 6, 2)], _nothing)

    assert given == {**{number: number for number in range(6)}, bad: WorkerCrashed(how)}


def test_every_piece_kills() -> None:
    """
    That ends, too.
    """

    def work(share: Sequence[int], begin: Callable[[int], None]) -> Iterator[int]:
        for number in share:
            begin(number)
            os._exit(number)
            yield number

    assert in_shares(work, [[1, 2], [3]], _nothing) == {
        n: WorkerCrashed(f"exit status {n}") for n in (1, 2, 3)
    }


def test_a_copy_that_was_interrupted() -> None:
    """
    Then somebody wants all to end.
    """

    def work(share: Sequence[int], begin: Callable[[int], None]) -> Iterator[int]:
        yield from _squares(share, begin)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        in_shares(work, [[1], [2]], _nothing)


def test_prints_stay_off_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    """
    Also those of programs that the work starts.
    """

    def work(share: Sequence[int], begin: Callable[[int], None]) -> Iterator[int]:
        os.system("echo from a program")  # noqa: S605 - as a user's file may
        os.write(1, b"raw\n")
        yield from _squares(share, begin)

    in_shares(work, [[1]], _nothing)

    assert capfd.readouterr() == ("", "from a program\nraw\n")


def test_what_a_piece_does_to_its_process_stays_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The working folder, the environment and the modules of this one are as before.
    """
    monkeypatch.setenv("KEPT", "yes")
    before = Path.cwd()

    def work(share: Sequence[int], begin: Callable[[int], None]) -> Iterator[int]:
        os.chdir("/")
        os.environ.clear()
        yield from _squares(share, begin)

    in_shares(work, [[1]], _nothing)

    assert (Path.cwd(), os.environ["KEPT"]) == (before, "yes")


def test_with_other_threads_nothing_is_shared() -> None:
    """
    A copy would have their locks, and nobody to let go of them.
    """
    assert can_share() == (threading.active_count() == 1)
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        assert not can_share()
    finally:
        over.set()
        thread.join()
