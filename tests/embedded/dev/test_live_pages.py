"""
Pages that load themselves again: what the layer around Airflow's API server does to answers.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, StreamingResponse
from starlette.routing import Route

from flowkit.embedded.dev import live_pages
from tests.support import ROOT


def _page(_: Request) -> HTMLResponse:
    return HTMLResponse(
        "<html><head><title>é</title></head><body>Said: </head></body></html>", status_code=203
    )


def _data(_: Request) -> JSONResponse:
    return JSONResponse({"text": "</head>"})


def _parts() -> Iterator[str]:
    yield "<html><he"
    yield "ad></head>"
    yield "</html>"


def _stream(_: Request) -> StreamingResponse:
    return StreamingResponse(_parts(), media_type="text/html")


ROUTES = [Route("/", _page), Route("/data", _data), Route("/stream", _stream)]


def _get(path: str, monkeypatch: pytest.MonkeyPatch, seen: str | None = "now") -> httpx.Response:
    monkeypatch.setattr(live_pages, "fingerprint", lambda: seen)

    async def ask() -> httpx.Response:
        app = live_pages.LivePages(Starlette(routes=ROUTES))
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://airflow"
        ) as client:
            return await client.get(path)

    # In a thread of its own: what `asyncio.run` leaves behind would take the place of Airflow's loop in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, ask()).result()


def test_a_page_gets_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Once, at the end of its head, with what is shown now; its length is right, and its status is kept.
    """
    answer = _get("/", monkeypatch)
    assert answer.status_code == 203
    head, _, rest = answer.text.partition("</script></head>")
    assert head.startswith("<html><head><title>é</title><script>")
    assert '"/flowkit/changes"' in head
    assert '!== "now"' in head
    assert rest == "<body>Said: </head></body></html>"
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_a_page_in_parts_gets_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Wherever the parts were cut.
    """
    assert _get("/stream", monkeypatch).text.endswith("</script></head></html>")


def test_data_pass_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Only pages are changed.
    """
    assert _get("/data", monkeypatch).json() == {"text": "</head>"}


def test_pages_can_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The answer is what is shown now, and no cache keeps it.
    """
    answer = _get("/flowkit/changes", monkeypatch)
    assert (answer.text, answer.headers["cache-control"]) == ("now", "no-store")


def test_a_busy_database_breaks_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Pages come without the script, and polls get status 503.
    """
    assert _get("/", monkeypatch, seen=None).text.startswith("<html><head><title>é</title></head>")
    assert _get("/flowkit/changes", monkeypatch, seen=None).status_code == 503


@pytest.mark.e2e
@pytest.mark.parametrize(("variables", "layers"), [({}, 0), ({live_pages.VARIABLE: "1"}, 1)])
def test_airflow_has_it_only_where_it_is_switched_on(variables: dict[str, str], layers: int) -> None:
    """
    The plugin adds nothing to an API server of anybody else's.
    """
    code = "from flowkit.embedded.dev.plugin import FlowkitDevPlugin as P; print(len(P.fastapi_root_middlewares))"
    inherited = {name: value for name, value in os.environ.items() if name != live_pages.VARIABLE}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**inherited, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == str(layers)
