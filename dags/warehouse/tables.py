"""
The tables of the warehouse: what stands in each column, and how a value from outside becomes one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Literal, TypeAlias

import attrs

Value: TypeAlias = str | int | float | bool | None
Record: TypeAlias = dict[str, Value]
"""One JSON object, or one row."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}")


@attrs.frozen
class Column:
    """
    One column of a table.
    """

    name: str
    sql: Literal["INTEGER", "TEXT"]
    parse: Callable[[Value], str | int]
    """Returns the value as the column holds it. Raises `ValueError` when it cannot be one."""


@attrs.frozen
class Table:
    """
    One table. Its first column is the key.
    """

    name: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> str:
        """
        The name of the column that tells rows apart.
        """
        return self.columns[0].name


def integer(value: Value) -> int:
    """
    Return a whole number, also from text: `"7"`.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(f"{value!r} is not a whole number")  # noqa: TRY004  # one error for whatever is wrong
    return int(value)


def text(value: Value) -> str:
    """
    Return text without blanks around it, and with single blanks in it.
    """
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is not text")
    return " ".join(value.split())


def code(value: Value) -> str:
    """
    Return a code of a country, a currency or a region: text in capitals.
    """
    return text(value).upper()


def email(value: Value) -> str:
    """
    Return an address in small letters.
    """
    address = text(value).lower()
    if not _EMAIL.fullmatch(address):
        raise ValueError(f"{value!r} is not an address")
    return address


def cents(value: Value) -> int:
    """
    Return an amount such as `"19.90"` in cents, so that sums are exact.
    """
    try:
        amount = Decimal(text(value)) * 100
    except InvalidOperation:
        raise ValueError(f"{value!r} is not an amount") from None
    if amount != amount.to_integral_value():
        raise ValueError(f"{value!r} has parts of a cent")
    return int(amount)


def day(value: Value) -> str:
    """
    Return a day as `2026-01-31`.
    """
    return date.fromisoformat(text(value)).isoformat()


def moment(value: Value) -> str:
    """
    Return a moment in UTC. Without an offset it is taken for UTC.
    """
    found = datetime.fromisoformat(text(value))
    if found.tzinfo is None:
        found = found.replace(tzinfo=timezone.utc)
    return found.astimezone(timezone.utc).isoformat()


_ALL = (
    Table(
        "raw_users",
        (
            Column("user_id", "INTEGER", integer),
            Column("name", "TEXT", text),
            Column("email", "TEXT", email),
            Column("country", "TEXT", code),
            Column("signed_up", "TEXT", day),
        ),
    ),
    Table(
        "raw_transactions",
        (
            Column("transaction_id", "TEXT", code),
            Column("user_id", "INTEGER", integer),
            Column("amount", "INTEGER", cents),
            Column("currency", "TEXT", code),
            Column("booked_at", "TEXT", moment),
        ),
    ),
    Table(
        "orders",
        (
            Column("order_id", "INTEGER", integer),
            Column("customer", "TEXT", text),
            Column("region", "TEXT", code),
            Column("amount", "INTEGER", cents),
        ),
    ),
)
TABLES = {table.name: table for table in _ALL}
