"""
SQLite takes texts of any length and any character, and integers of any size; other databases do not. Here it does not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import BigInteger, Integer, String, event, inspect
from sqlalchemy.orm import Session


@contextmanager
def strict_columns() -> Iterator[list[str]]:
    """
    Yield a list that gets, by table and column, what PostgreSQL would refuse of what is written in the `with` block.
    """
    refused: list[str] = []

    def look(session: Any, *_: Any) -> None:
        for row in [*session.new, *session.dirty]:
            for column in inspect(type(row)).columns:
                value = getattr(row, column.key, None) if hasattr(row, column.key) else None
                if why := _why_not(column.type, value):
                    refused.append(f"{column}: {why}")

    event.listen(Session, "before_flush", look)
    try:
        yield refused
    finally:
        event.remove(Session, "before_flush", look)


def _why_not(kind: Any, value: Any) -> str | None:
    if isinstance(value, str) and isinstance(kind, String):
        return _wrong_text(kind, value)
    if isinstance(value, int) and isinstance(kind, Integer):
        bits = 63 if isinstance(kind, BigInteger) else 31
        return None if -(2**bits) <= value < 2**bits else "a large integer"
    return _wrong_json(value) if isinstance(value, dict | list) else None


def _wrong_text(kind: Any, value: str) -> str | None:
    if kind.length is not None and len(value) > kind.length:
        return f"{len(value)} characters, of {kind.length}"
    return "a zero byte" if "\0" in value else None


def _wrong_json(value: Any) -> str | None:
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    except ValueError:
        return "not a number"
    except TypeError:
        return None  # a type of its own, which its column writes
    return "a zero byte in JSON" if "\\u0000" in text else None
