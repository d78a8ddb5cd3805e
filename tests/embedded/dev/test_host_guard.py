"""
The guard of `flowkit dev`: raw requests to a real server, as browsers and attackers send them.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from flowkit.embedded.dev.host_guard import is_guarded, own_hosts
from tests.e2e.servers import free_port
from tests.support import ROOT

# The application counts the requests that reach it, and answers them with that number.
SERVER = """
import sys, types
from flowkit.embedded.dev.api_server import guard_server

if sys.argv[2] == "h11":
    sys.modules["httptools"] = None
seen = 0

async def app(scope, receive, send):
    global seen
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close"})
        return
    if scope["type"] != "http":
        return
    seen += 1
    text = str(seen).encode()
    headers = [(b"x-frame-options", b"DENY"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text})

module = sys.modules["application"] = types.ModuleType("application")
module.app = app
guard_server()
import uvicorn
uvicorn.run("application:app", host="127.0.0.1", port=int(sys.argv[1]), workers=4, lifespan="off")
"""


@pytest.fixture(scope="module", params=["httptools", "h11"])
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """
    The port of a server behind the guard, with each of uvicorn's two parsers.
    """
    number = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(number), request.param],
        env={**os.environ, "PYTHONPATH": str(ROOT), "DEV_MODE": "true"},
    )
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", number), timeout=1).close()
                break
            time.sleep(0.05)
        yield number
    finally:
        process.kill()
        process.wait()


def ask(port: int, *headers: str, line: str = "GET / HTTP/1.1") -> tuple[int, str]:
    """
    Return the status and the whole answer to a raw request. `PORT` in it stands for the port.
    """
    end = [] if any(header.startswith("Connection:") for header in headers) else ["Connection: close"]
    text = "\r\n".join([line, *headers, *end, "", ""]).replace("PORT", str(port))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(text.encode("latin-1"))
        answer = b""
        with suppress(ConnectionResetError):
            while part := connection.recv(65536):
                answer += part
                if answer.startswith(b"HTTP/1.1 101 ") and b"\r\n\r\n" in answer:
                    break  # an open WebSocket stays open
    return int(answer.split(b" ", 2)[1]), answer.decode("latin-1")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:PORT", "localhost:PORT", "LocalHost:PORT", "[::1]:PORT", " localhost:PORT \t"]
)
def test_its_own_address(port: int, host: str) -> None:
    """
    Each way to write it, in any case.
    """
    status, answer = ask(port, f"Host:{host}")
    assert status == 200
    assert "x-frame-options: DENY" in answer
    assert "cross-origin-resource-policy: same-origin" in answer


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param((), id="none"),
        ("Host:",),
        ("Host: evil.example:PORT",),
        ("Host: evil.example",),
        ("Host: localhost",),
        ("Host: 127.0.0.1",),
        ("Host: [::1]",),
        ("Host: localhost:1",),
        ("Host: localhost.:PORT",),
        ("Host: 127.0.0.1.:PORT",),
        ("Host: localhost:0PORT",),
        ("Host: localhost:PORT.evil.example",),
        ("Host: localhost.evil.example:PORT",),
        ("Host: evil.example#localhost:PORT",),
        ("Host: localhost:PORT@evil.example",),
        ("Host: user@localhost:PORT",),
        ("Host: localhost:PORT, evil.example",),
        ("Host: http://localhost:PORT",),
        ("Host: 0.0.0.0:PORT",),
        ("Host: 127.1:PORT",),
        ("Host: 127.0.0.2:PORT",),
        ("Host: 2130706433:PORT",),
        ("Host: 0x7f000001:PORT",),
        ("Host: ::1:PORT",),
        ("Host: [::]:PORT",),
        ("Host: [::1%25lo]:PORT",),
        ("Host: [::ffff:127.0.0.1]:PORT",),
        ("Host: [fe80::1]:PORT",),
        ("Host: l\u00f6calhost:PORT",),
        ("Host: localhost:PORT", "Host: evil.example:PORT"),
        ("Host: evil.example:PORT", "Host: localhost:PORT"),
        ("Host: localhost:PORT", "Host: localhost:PORT"),
        ("Host: evil.example:PORT", "X-Forwarded-Host: localhost:PORT"),
        ("Host: evil.example:PORT", "Forwarded: host=localhost:PORT"),
    ],
    ids=" + ".join,
)
@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_another_address(port: int, headers: tuple[str, ...], version: str) -> None:
    """
    Nothing reaches the application. HTTP itself has 400 for a missing or repeated `Host`.
    """
    status, answer = ask(port, *headers, line=f"POST /api HTTP/{version}")
    malformed = len([header for header in headers if header.startswith("Host: ")]) != 1
    assert status in ({400, 403} if malformed else {403})
    assert "evil" not in answer


@pytest.mark.parametrize(
    ("target", "host"),
    [
        ("http://evil.example:PORT/", "localhost:PORT"),
        ("http://evil.example:PORT/", "evil.example:PORT"),
        ("http://localhost:PORT/", "evil.example:PORT"),
        ("http://localhost:PORT/", "localhost:PORT"),
        ("//evil.example/", "evil.example"),
        ("*", "evil.example"),
    ],
)
def test_the_address_is_in_the_target(port: int, target: str, host: str) -> None:
    """
    Only a client that takes this server for a proxy sends that.
    """
    assert ask(port, f"Host: {host}", line=f"OPTIONS {target} HTTP/1.1")[0] in {400, 403}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
@pytest.mark.parametrize(
    "headers",
    [
        ("Origin: http://evil.example",),
        ("Origin: http://evil.example:PORT",),
        ("Origin: null",),
        ("Origin:",),
        ("Origin: http://localhost:1",),
        ("Origin: https://localhost:PORT",),
        ("Origin: http://localhost:PORT", "Origin: http://evil.example"),
        ("Sec-Fetch-Site: cross-site",),
        ("Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: no-cors"),
        ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"),
        ("Sec-Fetch-Site: unheard-of",),
    ],
    ids=" + ".join,
)
def test_another_page(port: int, headers: tuple[str, ...], method: str) -> None:
    """
    Whatever it asks for, it gets nothing.
    """
    assert ask(port, "Host: localhost:PORT", *headers, line=f"{method} / HTTP/1.1")[0] == 403


@pytest.mark.parametrize(
    "headers",
    [
        ("Origin: http://localhost:PORT", "Sec-Fetch-Site: same-origin"),
        ("Origin: http://127.0.0.1:PORT",),
        ("Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"),
        ("Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty"),
    ],
    ids=" + ".join,
)
def test_its_own_pages(port: int, headers: tuple[str, ...]) -> None:
    """
    They may do everything.
    """
    assert ask(port, "Host: localhost:PORT", *headers, line="POST / HTTP/1.1")[0] == 200


@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("POST", 403)])
def test_a_link_on_another_page(port: int, method: str, status: int) -> None:
    """
    It may open the UI; a form may not be sent.
    """
    link = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
    assert ask(port, "Host: localhost:PORT", *link, line=f"{method} / HTTP/1.1")[0] == status


def test_a_rejection_reveals_nothing(port: int) -> None:
    """
    It has the address to open, and no content of the application.
    """
    _, answer = ask(port, "Host: evil.example")
    head, _, body = answer.partition("\r\n\r\n")
    assert f"http://127.0.0.1:{port}/" in body
    assert "access-control" not in head.lower()
    assert ask(port, "Host: evil.example", line="HEAD / HTTP/1.1")[1].endswith("\r\n\r\n")


def test_rejected_requests_do_not_reach_the_application(port: int) -> None:
    """
    It counts those that do.
    """
    before = int(ask(port, "Host: localhost:PORT")[1].rpartition("\r\n\r\n")[2])
    for headers in (("Host: evil.example",), ("Host: localhost:PORT", "Origin: null")):
        assert ask(port, *headers, line="POST / HTTP/1.1")[0] == 403
    assert int(ask(port, "Host: localhost:PORT")[1].rpartition("\r\n\r\n")[2]) == before + 1


def test_the_second_request_of_a_connection(port: int) -> None:
    """
    It is judged by its own headers.
    """
    text = f"GET / HTTP/1.1\r\nHost: localhost:{port}\r\n\r\nGET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(text.encode())
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert answer.count(b"HTTP/1.1 200") == 1
    assert answer.count(b"HTTP/1.1 403") == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (("Host: localhost:PORT", "Origin: http://localhost:PORT"), 101),
        (("Host: localhost:PORT", "Origin: http://evil.example"), 403),
        (("Host: evil.example:PORT", "Origin: http://evil.example:PORT"), 403),
    ],
)
def test_web_sockets(port: int, headers: tuple[str, ...], status: int) -> None:
    """
    Browsers let any page open one, so its origin counts.
    """
    upgrade = (
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )
    assert ask(port, *headers, *upgrade)[0] == status


def test_whether_a_server_is_guarded(port: int) -> None:
    """
    A server without the guard answers whatever its name.
    """
    assert is_guarded(port)
    other = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(other)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with suppress(OSError):
                assert not is_guarded(other)
                return
            time.sleep(0.05)
        raise TimeoutError
    finally:
        process.kill()
        process.wait()


def test_port_80_needs_no_port() -> None:
    """
    Browsers leave it out.
    """
    assert "localhost" in own_hosts(80)
    assert "localhost" not in own_hosts(8080)
