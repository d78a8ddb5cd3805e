"""
Reloads open pages of Airflow's UI when pipelines have changed, under `flowkit dev`.

Airflow's pages fetch the graph of a DAG when they are loaded, and then not for five minutes. The API server of
`flowkit dev` adds a script to them that polls for changes every second.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Final, final

import attrs

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

VARIABLE: Final = "FLOWKIT_LIVE_PAGES"
"""The environment variable that enables this, with any value."""

PATH: Final = "/flowkit/changes"
"""The path that the pages poll."""

# Do not reload while the user is typing or has a dialog open. The pages also contain closed dialogs.
_SCRIPT: Final = """<script>
(() => {
  const busy = "[role=dialog], input:focus, textarea:focus, [contenteditable]:focus";
  setInterval(async () => {
    if (document.hidden || [...document.querySelectorAll(busy)].some(element => element.checkVisibility())) return;
    const answer = await fetch("%(path)s", {cache: "no-store"}).catch(() => undefined);
    if (answer?.ok && (await answer.text()) !== "%(state)s") location.reload();
  }, 1000);
})();
</script>"""


@final
class LivePages:
    """
    ASGI middleware for the API server.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Answer a poll, or pass the request on.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == PATH:
            state = await asyncio.to_thread(fingerprint)
            headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
            await send(_start(503 if state is None else 200, headers))
            await send({"type": "http.response.body", "body": (state or "").encode()})
        else:
            await self._app(scope, receive, _Page(send).send)


@attrs.define
class _Page:
    """
    One response: the script is added to HTML pages, everything else is passed on unchanged.
    """

    _send: Send
    _page_start: Message | None = attrs.field(default=None, init=False)
    _body: bytes = attrs.field(default=b"", init=False)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._page_start = message
        elif self._page_start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._page_start)

    async def _finish(self, start: Message) -> None:
        state = await asyncio.to_thread(fingerprint)
        # Without a fingerprint, serve the page without the script.
        script = "" if state is None else _SCRIPT % {"path": PATH, "state": state}
        body = self._body.replace(b"</head>", f"{script}</head>".encode(), 1)
        headers = [header for header in start["headers"] if header[0] != b"content-length"]
        await self._send(_start(start["status"], [*headers, (b"content-length", str(len(body)).encode())]))
        await self._send({"type": "http.response.body", "body": body})


def _start(status: int, headers: list[tuple[bytes, bytes]]) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}


def _is_page(start: Message) -> bool:
    return any(name == b"content-type" and value.startswith(b"text/html") for name, value in start["headers"])


def fingerprint() -> str | None:
    """
    Return a text that differs whenever pipelines or import errors have changed in Airflow's database.

    Runs do not count: Airflow's pages update those themselves. `None` if the database is too busy.
    """
    from airflow.models.dag import DagModel
    from airflow.models.errors import ParseImportError
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.utils.session import create_session
    from sqlalchemy import func, select
    from sqlalchemy.exc import OperationalError

    stored = select(func.count(), func.max(SerializedDagModel.last_updated))
    shown = select(func.count()).select_from(DagModel).where(DagModel.is_stale.is_(False))
    # Without timestamps: Airflow rewrites an error whenever it parses the file.
    errors = select(ParseImportError.filename, ParseImportError.stacktrace)
    try:
        with create_session() as session:
            rows = [
                session.execute(stored).one(),
                session.execute(shown).one(),
                *sorted(map(repr, session.execute(errors).all())),
            ]
    except OperationalError:
        return None
    return hashlib.sha256(repr(rows).encode()).hexdigest()
