"""
Loads files in processes of their own, for commands that need a summary of each.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NoReturn, TypeVar, final

from flowkit.base.interruption import Interruption
from flowkit.project.file_rules import timeout
from flowkit.project.loading import LoadedFile, load_each
from flowkit.project.process_state import ProcessState
from flowkit.project.worker_pool import WorkerCrashed, can_fork, run_in_workers

_T = TypeVar("_T")


def load_isolated(
    files: Mapping[Path, Path],
    summarize: Callable[[LoadedFile], _T],
    *,
    limit_s: float,
    deadline: float | None = None,
    is_enough: Callable[[_T], bool] = lambda _: False,
) -> list[_T]:
    """
    Load *files* in their order, and return the summary of each. None of them can harm this process.

    Args:
        files: The files, with the DAG folder of each.

        summarize: Returns what is needed of a file, which must be possible to pickle. Of a file that crashed, or took
            too long, only `failure` is known.

        limit_s: How long a file may take, in seconds.

        deadline: When to give up, on the clock of `time.monotonic`; `None`: never.

        is_enough: Returns whether no more files are needed.

    Raises:
        TimeoutError: If the deadline has passed.
    """
    names = list(files)
    if not names:
        return []
    if not can_fork():
        return _load_here(files, summarize, limit_s, deadline, is_enough)
    work = partial(_work, files, summarize, is_enough)
    limit = partial(_limit, limit_s, deadline)
    results = run_in_workers(work, [range(len(names))], lambda _: None, limit=limit)
    found: list[_T] = []
    for number, file in enumerate(names):
        result = results[number]
        found += [summarize(_failed(file, result))] if isinstance(result, WorkerCrashed) else result
    return found


def _limit(limit_s: float, deadline: float | None, _number: int) -> float:
    if deadline is not None and time.monotonic() > deadline:
        raise TimeoutError
    return limit_s


def _work(
    files: Mapping[Path, Path],
    summarize: Callable[[LoadedFile], _T],
    is_enough: Callable[[_T], bool],
    chunk: Sequence[int],
    begin: Callable[[int], None],
) -> Iterator[tuple[_T, ...]]:
    names, enough = list(files), False
    for number in chunk:
        if enough:
            yield ()
            continue
        begin(number)
        with ProcessState():
            (loaded,) = load_each([names[number]], files[names[number]])
        summary = summarize(loaded)
        enough = is_enough(summary)
        yield (summary,)


def _failed(file: Path, crashed: WorkerCrashed) -> LoadedFile:
    if crashed.timed_out:
        problem = timeout(str(file), crashed.reason)
        return LoadedFile(str(file), failure=f"{problem.code} {problem.message}\n{problem.hint}")
    return LoadedFile(str(file), failure=f"The process that loaded it {crashed.reason}.")


@final
class _TooLong(Interruption):
    """
    A file takes too long.
    """


def _load_here(
    files: Mapping[Path, Path],
    summarize: Callable[[LoadedFile], _T],
    limit_s: float,
    deadline: float | None,
    is_enough: Callable[[_T], bool],
) -> list[_T]:
    found: list[_T] = []
    for file, folder in files.items():
        left = limit_s if deadline is None else min(limit_s, deadline - time.monotonic())
        try:
            with _time_limit(left):
                (loaded,) = load_each([file], folder)
        except _TooLong:
            if left < limit_s:
                raise TimeoutError from None
            loaded = _failed(file, WorkerCrashed(f"was ended after {limit_s:g} s", timed_out=True))
        found.append(summarize(loaded))
        if is_enough(found[-1]):
            break
    return found


@contextmanager
def _time_limit(limit_s: float) -> Iterator[None]:
    # Only the main thread may handle signals.
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def give_up(_number: int, _frame: object) -> NoReturn:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, max(limit_s, 0.001))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
