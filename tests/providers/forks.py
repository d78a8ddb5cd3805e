"""
Calls a function for many things, each in a fork of this process: none sees what another one has changed.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_AT_A_TIME = 2


def in_forks(
    function: Callable[[T], dict[str, Any]], things: Sequence[T], *, seconds: float
) -> list[dict[str, Any]]:
    """
    Return the result of *function* for each of *things*; of one that dies or takes longer, its error.
    """
    # Otherwise each fork would copy all objects when it first looks for garbage.
    gc.collect()
    gc.freeze()
    results: list[dict[str, Any]] = [{} for _ in things]
    running: dict[int, tuple[int, float]] = {}
    waiting = list(range(len(things)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        while waiting or running:
            while waiting and len(running) < _AT_A_TIME:
                index = waiting.pop(0)
                running[_start(function, things[index], folder / str(index))] = (
                    index,
                    time.monotonic() + seconds,
                )
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid in running:
                index, _ = running.pop(pid)
                results[index] = _result(folder / str(index))
                continue
            for late, (_, end) in running.items():
                if time.monotonic() > end:
                    os.kill(late, signal.SIGKILL)
            time.sleep(0.01)
    gc.unfreeze()
    return results


def _start(function: Callable[[T], dict[str, Any]], thing: T, file: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        text = json.dumps(function(thing))
    except BaseException as error:  # noqa: BLE001 - the fork must not return
        text = json.dumps({"error": f"{type(error).__name__}: {error}", "calls": []})
    file.write_text(text, encoding="utf-8")
    os._exit(0)


def _result(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {"error": "the process ended without a result", "calls": []}
    result: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return result
