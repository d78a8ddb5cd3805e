"""
Undoes what a file has changed in the process that loads it, so that it does not affect the files that come next.

Airflow loads each file in a process of its own. That would be too slow here: each would import everything again.
"""

from __future__ import annotations

import builtins
import os
import signal
import sys
from contextlib import suppress
from typing import Any, Final, final

from flowkit.base.call_site import is_users

# Their handlers can be set; a file may have started a timer for the last ones.
_SIGNALS: Final = (
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGALRM,
    signal.SIGCHLD,
    signal.SIGPIPE,
)
_LISTS: Final = ("path", "argv")
_FINDERS: Final = ("meta_path", "path_hooks")
_NAMES: Final = ("stdin", "stdout", "stderr", "excepthook", "displayhook", "dont_write_bytecode")


@final
class ProcessState:
    """
    The state of this process, which has one thread: as a context manager, it is restored at the end.

    Modules that were imported meanwhile stay.
    """

    def __enter__(self) -> None:
        self._builtins = dict(vars(builtins))
        self._modules = dict(sys.modules)
        self._environ = os.environ.copy()
        self._lists = {name: (getattr(sys, name), list(getattr(sys, name))) for name in (*_LISTS, *_FINDERS)}
        self._values = {name: getattr(sys, name) for name in _NAMES}
        self._recursion_limit = sys.getrecursionlimit()
        self._handlers = {number: signal.getsignal(number) for number in _SIGNALS}
        self._umask = os.umask(0)
        os.umask(self._umask)
        self._folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._chdir, self._close, self._set_umask = os.fchdir, os.close, os.umask

    def __exit__(self, *_: object) -> None:
        # First: what follows uses them.
        _restore(builtins.__dict__, self._builtins)
        _restore(sys.modules, self._modules, keep_new=True)
        for name, (original, values) in self._lists.items():
            original[:] = values if name in _LISTS else _finders(getattr(sys, name), values)
            setattr(sys, name, original)
        for name, value in self._values.items():
            setattr(sys, name, value)
        if os.environ != self._environ:
            os.environ.clear()
            os.environ.update(self._environ)
        sys.setrecursionlimit(self._recursion_limit)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in self._handlers.items():
            if signal.getsignal(number) is not handler and handler is not None:
                signal.signal(number, handler)
        self._set_umask(self._umask)
        # The file may have closed it; then there is no way back.
        with suppress(OSError):
            self._chdir(self._folder)
            self._close(self._folder)


def _finders(current: Any, before: list[Any]) -> list[Any]:
    """
    Return the finders *before*, and those that installed libraries have added: without that of `importlib_metadata`,
    which Airflow imports, no distribution would be found any more.
    """
    if not isinstance(current, list):
        return before
    known = {id(finder) for finder in before}
    kept = [finder for finder in current if id(finder) in known or _is_library(finder)]
    present = {id(finder) for finder in kept}
    return kept + [finder for finder in before if id(finder) not in present]


def _is_library(finder: Any) -> bool:
    try:
        module = sys.modules.get(finder.__module__)
        file = getattr(module, "__file__", None)
        return isinstance(file, str) and not is_users(file)
    except Exception:  # noqa: BLE001 - the file's own object, which may raise anything
        return False


def _restore(current: dict[str, Any], before: dict[str, Any], *, keep_new: bool = False) -> None:
    if current == before:
        return
    if not keep_new:
        for name in current.keys() - before.keys():
            del current[name]
    for name, value in before.items():
        if current.get(name, current) is not value:
            current[name] = value
