"""
Keeps web pages away from the Airflow of `flowkit dev`, which has no login.

Any page in the user's browser can send requests to this machine, and a page can let its own name resolve to 127.0.0.1
(DNS rebinding) to read the responses as well. So only requests that name this server's own address are answered, and
only if they come from no other page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK: Final = "127.0.0.1"
"""The address on which Airflow listens."""

_HOSTS: Final = (LOOPBACK, "localhost", "[::1]")
_HTTP_PORT: Final = 80
_FORBIDDEN: Final = 403
_POLICY_VIOLATION: Final = 1008
# A link on another page may open the UI; nothing else on another page may reach it, not even a frame.
_OWN_SITES: Final = frozenset({b"same-origin", b"none"})
_LINK: Final = ((b"sec-fetch-mode", b"navigate"), (b"sec-fetch-dest", b"document"))
# For browsers that do not send `Sec-Fetch-Site`.
_RESPONSE_HEADERS: Final = (
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
# `.invalid` is reserved: it never resolves.
_FOREIGN_HOST: Final = "flowkit.invalid"


@final
class HostGuard:
    """
    ASGI middleware that answers requests from elsewhere with 403.

    Args:
        app: The application.

        port: The port on which it is served.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = own_hosts(port)
        self._origins = frozenset(f"http://{host}" for host in self._hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Pass a request on, or reject it.
        """
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif not self._is_allowed(scope):
            await _reject(scope, receive, send, min(self._hosts))
        else:
            await self._app(scope, receive, _with_headers(send) if scope["type"] == "http" else send)

    def _is_allowed(self, scope: Scope) -> bool:
        headers: Sequence[tuple[bytes, bytes]] = scope["headers"]
        hosts = [_text(value) for value in _values(headers, b"host")]
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return False
        # The authority of an absolute URL replaces `Host`. Clients send those to proxies only.
        if not scope.get("raw_path", b"/").startswith(b"/"):
            return False
        if not self._origins.issuperset(map(_text, _values(headers, b"origin"))):
            return False
        return _OWN_SITES.issuperset(_values(headers, b"sec-fetch-site")) or _is_link(scope, headers)


def own_hosts(port: int) -> frozenset[str]:
    """
    Return the values of `Host` that name this machine's server on *port*, in lower case.
    """
    hosts = {f"{host}:{port}" for host in _HOSTS}
    return frozenset(hosts | set(_HOSTS) if port == _HTTP_PORT else hosts)


def is_guarded(port: int) -> bool:
    """
    Return whether the server on *port* rejects a request for another host.

    Raises:
        OSError: If it cannot be reached.
        HTTPException: If it does not answer.
    """
    with closing(HTTPConnection(LOOPBACK, port, timeout=2)) as connection:
        connection.request("GET", "/", headers={"Host": f"{_FOREIGN_HOST}:{port}"})
        return connection.getresponse().status == _FORBIDDEN


def _values(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    return [value.strip() for header, value in headers if header.lower() == name]


def _text(value: bytes) -> str:
    return value.decode("latin-1").lower()


def _is_link(scope: Scope, headers: Sequence[tuple[bytes, bytes]]) -> bool:
    return scope.get("method") in {"GET", "HEAD"} and all(
        _values(headers, name) == [value] for name, value in _LINK
    )


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message.get("headers", ())}
            added = [header for header in _RESPONSE_HEADERS if header[0] not in present]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await send(message)

    return send_with_headers


async def _reject(scope: Scope, receive: Receive, send: Send, host: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        return
    text = f"flowkit dev answers only its own pages. Open http://{host}/ in the browser.\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
        # Leave the rest of a rejected request unread.
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": _FORBIDDEN, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope.get("method") == "HEAD" else text})
