"""
What `flowkit run` changes for `dag.test()`.
"""

from __future__ import annotations

from typing import Any

import a2wsgi.asgi
import httpx
import pytest

from flowkit.embedded.run_job import encode_paths


@pytest.mark.parametrize(
    "path", ["/xcoms/team.orders/größe.a.b/return_value", "/xcoms/заказы/東京", "/plain"]
)
def test_paths_in_any_script_reach_the_api(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a server of its own gets them."""
    monkeypatch.setattr(a2wsgi.asgi, "build_scope", a2wsgi.asgi.build_scope)  # restored afterwards
    encode_paths()

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    wsgi: Any = a2wsgi.asgi.ASGIMiddleware(app)
    with httpx.Client(transport=httpx.WSGITransport(wsgi), base_url="http://api") as client:
        assert client.get(path).text == path
