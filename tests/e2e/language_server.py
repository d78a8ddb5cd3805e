"""
A minimal client for language servers, which asks what an editor asks.
"""

from __future__ import annotations

import itertools
import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, final

_CAPABILITIES = {
    "workspace": {"configuration": True, "workspaceFolders": True},
    "textDocument": {
        "hover": {"contentFormat": ["markdown"]},
        "signatureHelp": {"signatureInformation": {"documentationFormat": ["markdown"]}},
    },
}


@final
class LanguageServer:
    """
    A language server for one project.

    Args:
        command: The program and its arguments.

        root: The root folder of the project.

        settings: The answer to every question for settings.
    """

    def __init__(self, command: Sequence[str], root: Path, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self._root = root
        self._uri = ""
        self._numbers = itertools.count(1)
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root
        )
        folder = {"uri": root.as_uri(), "name": root.name}
        self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": folder["uri"],
                "workspaceFolders": [folder],
                "capabilities": _CAPABILITIES,
            },
        )
        self._send({"method": "initialized", "params": {}})

    def close(self) -> None:
        """
        End the server.
        """
        self._process.kill()
        self._process.communicate()

    def open(self, path: str, text: str) -> None:
        """
        Open a file of the project with *text* in it. The questions that follow are about it.
        """
        self._uri = (self._root / path).as_uri()
        document = {"uri": self._uri, "languageId": "python", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def ask(self, method: str, line: int, column: int) -> Any:
        """
        Return the answer to a question such as `completion` about a position, both numbers counted from 0.
        """
        position = {"line": line, "character": column}
        return self.request(
            f"textDocument/{method}", {"textDocument": {"uri": self._uri}, "position": position}
        )

    def request(self, method: str, params: Any) -> Any:
        """
        Return the answer to a request.
        """
        number = next(self._numbers)
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._read()
            if "method" not in message:
                if message.get("id") == number:
                    return message.get("result")
            elif "id" in message:
                asked = message["method"] == "workspace/configuration"
                result = [self._settings for _ in message["params"]["items"]] if asked else None
                self._send({"id": message["id"], "result": result})

    def _send(self, message: Mapping[str, Any]) -> None:
        stream = self._process.stdin
        assert stream is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        stream.flush()

    def _read(self) -> dict[str, Any]:
        stream = self._process.stdout
        assert stream is not None
        length = 0
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the language server has exited"
        message: dict[str, Any] = json.loads(stream.read(length))
        return message
