"""
Secrets that exceptions quote by value.
"""

from __future__ import annotations

import time
from typing import Any

import attrs
import pytest

from flowkit.base.exception_text import exception_text
from flowkit.base.raised_secrets import raised_secrets

SECRET = "hunter2"  # noqa: S105 - what must not appear


@attrs.frozen
class Login:
    user: str
    password: str


def _logs_in(host: str, password: str) -> None:
    text = f"{host} refuses {password}"
    raise ValueError(text)


def _configured(config: Any) -> None:
    raise ValueError(repr(list(config.values())) if isinstance(config, dict) else repr(config.password))


def _raised(function: Any, *arguments: Any) -> ValueError:
    with pytest.raises(ValueError) as raised:
        function(*arguments)
    return raised.value


def test_by_the_names_of_variables() -> None:
    """Parameters, and what is in the dictionaries and records among them."""
    assert exception_text(_raised(_logs_in, "db", SECRET)) == "db refuses ***"
    assert exception_text(_raised(_configured, {"user": "me", "db_password": SECRET})) == "['me', '***']"
    assert exception_text(_raised(_configured, Login("me", SECRET))) == "'***'"


def test_other_variables_are_not_masked() -> None:
    """`key` and `name` are anything."""

    def looks_up(name: str, key: str) -> None:
        text = f"{name} has no {key}"
        raise ValueError(text)

    assert exception_text(_raised(looks_up, "orders", "region")) == "orders has no region"


def test_whatever_the_variables_are() -> None:
    """Large ones are not searched to their end, and those that raise are left."""

    class Hostile(dict[str, Any]):
        def items(self) -> Any:
            raise SystemExit

    def fails(large: Any, endless: Any, hostile: Any, secret: Any) -> None:
        raise ValueError

    endless: list[Any] = []
    endless.append(endless)
    before = time.process_time()

    raised_secrets(_raised(fails, list(range(1_000_000)), endless, Hostile(), "a" * 1_000_000))

    assert time.process_time() - before < 5
