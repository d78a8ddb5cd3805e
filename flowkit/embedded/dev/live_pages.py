"""
Airflow's UI under `flowkit dev`: a page that is open loads itself again when pipelines have changed.

Airflow's own pages ask for the graph of a DAG when they are loaded, and then not for five minutes. The API server of
`flowkit dev` adds a few lines of JavaScript to them, and answers what these ask each second.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Final, final

import attrs

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

VARIABLE: Final = "FLOWKIT_LIVE_PAGES"
"""The variable of the environment that switches this on, with any value."""

PATH: Final = "/flowkit/changes"
"""Where a page asks whether anything has changed."""

# What somebody writes into a page, or has opened in it, is not taken away. The pages also hold dialogs that are closed.
_SCRIPT: Final = """<script>
(() => {
  const busy = "[role=dialog], input:focus, textarea:focus, [contenteditable]:focus";
  setInterval(async () => {
    if (document.hidden || [...document.querySelectorAll(busy)].some(one => one.checkVisibility())) return;
    const answer = await fetch("%(path)s", {cache: "no-store"}).catch(() => undefined);
    if (answer?.ok && (await answer.text()) !== "%(seen)s") location.reload();
  }, 1000);
})();
</script>"""


@final
class LivePages:
    """
    A layer around the API server, as ASGI has them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Answer, or hand the request on.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == PATH:
            seen = await asyncio.to_thread(fingerprint)
            headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
            await send(_start(503 if seen is None else 200, headers))
            await send({"type": "http.response.body", "body": (seen or "").encode()})
        else:
            await self._app(scope, receive, _Page(send).send)


@attrs.define
class _Page:
    """
    One answer on its way: a page gets the script, everything else passes as it is.
    """

    _send: Send
    _held: Message | None = attrs.field(default=None, init=False)
    _body: bytes = attrs.field(default=b"", init=False)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._held = message
        elif self._held is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._held)

    async def _finish(self, start: Message) -> None:
        seen = await asyncio.to_thread(fingerprint)
        # A page that cannot follow is still better than none.
        script = "" if seen is None else _SCRIPT % {"path": PATH, "seen": seen}
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
    Return a text that is another one when pipelines, or import errors, have changed in Airflow's database.

    Runs change nothing: of those, Airflow's pages keep track themselves. `None`: the database is too busy to answer.
    """
    from airflow.models.dag import DagModel
    from airflow.models.errors import ParseImportError
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.utils.session import create_session
    from sqlalchemy import func, select
    from sqlalchemy.exc import OperationalError

    stored = select(func.count(), func.max(SerializedDagModel.last_updated))
    shown = select(func.count()).select_from(DagModel).where(DagModel.is_stale.is_(False))
    # Without their times: Airflow writes an error anew whenever it parses the file.
    errors = select(ParseImportError.filename, ParseImportError.stacktrace)
    try:
        with create_session() as session:
            found = [
                session.execute(stored).one(),
                session.execute(shown).one(),
                *sorted(map(repr, session.execute(errors).all())),
            ]
    except OperationalError:
        return None
    return hashlib.sha256(repr(found).encode()).hexdigest()
