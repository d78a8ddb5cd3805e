"""
The variables and connections of a simulated run: as environment variables, where Airflow looks for them first.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, final

import attrs


@final
@attrs.frozen
class SimulatedConnection:
    """
    Stands for a connection.
    """

    conn_id: str
    conn_type: str | None = None
    host: str | None = None
    login: str | None = None
    password: str | None = attrs.field(default=None, repr=False)
    schema: str | None = None
    port: int | None = None
    extra: str | None = attrs.field(default=None, repr=False)

    @property
    def extra_dejson(self) -> Any:
        """
        The extras as an object.
        """
        return json.loads(self.extra) if self.extra else {}


@final
class Environment:
    """
    The variables and connections that a test gives.

    Args:
        variables: By name: texts, or values that are written as JSON.

        connections: By id: URIs, mappings of a connection's fields, or Airflow's own `Connection` objects.
    """

    def __init__(self, variables: Mapping[str, Any], connections: Mapping[str, Any]) -> None:
        self._variables = {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in variables.items()
        }
        self._connections = connections

    def variable(self, name: str) -> str:
        """
        Return the text of a variable, of the test or of the environment.

        Raises:
            KeyError: If there is none.
        """
        value = self._variables.get(name, os.environ.get(f"AIRFLOW_VAR_{name.upper()}"))
        if value is None:
            msg = f"Variable {name} does not exist. Give it to the test: simulate(…, variables={{{name!r}: …}})."
            raise KeyError(msg)
        return value

    def connection(self, conn_id: str) -> Any:
        """
        Return a connection, of the test or of the environment.

        Raises:
            KeyError: If there is none.
        """
        given = self._connections.get(conn_id, os.environ.get(f"AIRFLOW_CONN_{conn_id.upper()}"))
        if given is None:
            example = f"simulate(…, connections={{{conn_id!r}: …}})"
            msg = f"Connection {conn_id} does not exist. Give it to the test: {example}."
            raise KeyError(msg)
        if isinstance(given, str):
            fields = json.loads(given) if given.lstrip().startswith("{") else _fields_of_uri(given)
            return _connection(conn_id, fields)
        return _connection(conn_id, given) if isinstance(given, Mapping) else given

    @contextmanager
    def applied(self) -> Iterator[None]:
        """
        Set the environment variables, and restore the old ones afterwards.
        """
        new = {f"AIRFLOW_VAR_{name.upper()}": value for name, value in self._variables.items()}
        new |= {
            f"AIRFLOW_CONN_{conn_id.upper()}": _text(given) for conn_id, given in self._connections.items()
        }
        old = {name: os.environ.get(name) for name in new}
        os.environ.update(new)
        try:
            yield
        finally:
            for name, value in old.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def _text(given: Any) -> str:
    if isinstance(given, str):
        return given
    return json.dumps(dict(given)) if isinstance(given, Mapping) else str(given.get_uri())


def _connection(conn_id: str, fields: Mapping[str, Any]) -> SimulatedConnection:
    known = {field.name for field in attrs.fields(SimulatedConnection)} - {"conn_id"}
    values = {name: value for name, value in fields.items() if name in known}
    if values.get("extra") is not None and not isinstance(values["extra"], str):
        values["extra"] = json.dumps(values["extra"])
    if values.get("port") is not None:
        values["port"] = int(values["port"])
    return SimulatedConnection(conn_id, **values)


def _fields_of_uri(uri: str) -> dict[str, Any]:
    from urllib.parse import parse_qsl, unquote, urlsplit

    parts = urlsplit(uri)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    extra = query.get("__extra__") or (json.dumps(query) if query else None)
    return {
        "conn_type": parts.scheme.replace("-", "_"),
        "host": unquote(parts.hostname) if parts.hostname else None,
        "login": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "schema": unquote(parts.path[1:]) if len(parts.path) > 1 else None,
        "port": parts.port,
        "extra": extra,
    }
