"""
Puts the guard around Airflow's API server, in the process that runs it.

A plugin could not: Airflow adds middleware of its own around that of plugins, and ignores plugins that fail to load.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from flowkit.embedded.dev.host_guard import HostGuard


def guard_server() -> None:
    """
    Make `uvicorn.run` put `HostGuard` around each application that it serves.
    """
    # With this, Airflow would start another server, for developers of Airflow.
    os.environ.pop("DEV_MODE", None)
    uvicorn: Any = import_module("uvicorn")
    run = uvicorn.run

    def run_guarded(app: str, *, port: int, **settings: Any) -> None:
        module, _, name = app.partition(":")

        def guarded() -> HostGuard:
            return HostGuard(getattr(import_module(module), name), port)

        run(guarded, **{**settings, "port": port, "factory": True, "workers": 1, "http": _protocol()})

    uvicorn.run = run_guarded


def _protocol() -> Any:
    """
    Return uvicorn's implementation of HTTP, changed so that the guard sees the authority of an absolute URL.
    """
    try:
        implementation: Any = import_module("uvicorn.protocols.http.httptools_impl")
    except ImportError:
        # The other implementation passes on the URL as it is.
        return "h11"
    original: Any = implementation.HttpToolsProtocol

    class Protocol(original):  # type: ignore[misc]
        """
        Reports an absolute URL as one more `Host`.
        """

        def on_headers_complete(self) -> None:
            if not self.url.startswith(b"/"):
                self.headers.append((b"host", self.url))
            super().on_headers_complete()

    return Protocol
