"""
What a benchmark sees of the processes that it started: memory and processor time; and how it writes its page.
"""

from __future__ import annotations

import contextlib
import os
import platform
import textwrap
import threading
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import attrs
import psutil

MIB = 2**20


@attrs.define
class Peak:
    """
    The most memory that some trees of processes had together, in bytes, looked at once a second.
    """

    pss: int = 0
    """All of it, each page that several processes share counted once."""

    largest: int = 0
    """The largest single process, what it shares included (RSS)."""

    processes: int = 0
    """How many there were at once."""


@contextlib.contextmanager
def memory(pids: list[int], pause: float = 1.0) -> Iterator[Peak]:
    """
    Watch the memory of processes, and of all that they start, as long as the block lasts.
    """
    peak, ended = Peak(), threading.Event()

    def watch() -> None:
        while not ended.wait(pause):
            sizes = [_size(process) for pid in pids for process in tree(pid)]
            peak.pss = max(peak.pss, sum(pss for pss, _ in sizes))
            peak.largest = max([peak.largest, *(rss for _, rss in sizes)])
            peak.processes = max(peak.processes, len(sizes))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        ended.set()
        thread.join()


def tree(pid: int) -> list[psutil.Process]:
    """
    Return a process and all that descend from it; none of them when it has ended.
    """
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def own_seconds(pid: int) -> float:
    """
    Return the processor time of one process, without those that it started.
    """
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def all_seconds(pid: int) -> float:
    """
    Return the processor time of a process and of all that it started, those that have ended included.
    """
    total = 0.0
    for process in tree(pid):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def _size(process: psutil.Process) -> tuple[int, int]:
    try:
        info = process.memory_full_info()
    except psutil.Error:
        return 0, 0
    return getattr(info, "pss", info.uss), info.rss


def load() -> float:
    """
    Return how many processes wanted a processor of this machine, on average over the last minute.
    """
    return os.getloadavg()[0]


def conditions() -> str:
    """
    Return a sentence on when and where something was measured.
    """
    today = datetime.now(timezone.utc).strftime("%d %B %Y").lstrip("0")
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Measured on {today}, with Python {platform.python_version()}, on a {platform.system()} machine with "
        f"{os.cpu_count()} cores and {memory_gb:.0f} GB, load at the start {load():.1f}."
    )


def write_page(page: Path, script: str, text: str) -> None:
    """
    Write *text* between the markers that *script* has in *page*.

    Raises:
        SystemExit: If the page lacks them.
    """
    begin, end = f"<!-- {script} writes what follows -->", f"<!-- {script} wrote what precedes -->"
    before, found, rest = page.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"{page} lacks the markers {begin} and {end}.")
    page.write_text(f"{before}{begin}\n\n{_wrapped(text.strip())}\n\n{end}{after}", encoding="utf-8")


def _wrapped(text: str) -> str:
    # As prose is; a table has to keep its lines.
    return "\n".join(
        line
        if line.startswith("|")
        else textwrap.fill(line, 120, break_long_words=False, break_on_hyphens=False)
        for line in text.splitlines()
    )
