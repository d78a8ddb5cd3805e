"""
What people call a configuration.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from flowkit.builders.configuration import configuration_name


class Text(str):
    __slots__ = ()


class Raises:
    def __getattribute__(self, name: str) -> NoReturn:
        raise SystemExit(name)


class WithProperty:
    id = 3

    @property
    def dag_id(self) -> NoReturn:
        raise RuntimeError


@pytest.mark.parametrize(
    ("config", "name"),
    [
        ("user_ingestion", "user_ingestion"),
        ({"id": "orders", "password": "x"}, "orders"),
        ({"name": "Daily orders", "schedule": "@daily"}, "Daily orders"),
        ({"dag_id": "etl_orders", "name": "orders"}, "etl_orders"),
        ({"key": "eu/orders.yml"}, "eu/orders.yml"),
        (SimpleNamespace(id=17), "17"),
        (SimpleNamespace(id=None, name=Text("orders")), "orders"),
        (("orders", {"password": "x"}), "orders"),
    ],
)
def test_the_name_is_one_of_few_fields(config: Any, name: str) -> None:
    found = configuration_name(config)
    assert found == name
    assert type(found) is str


@pytest.mark.parametrize(
    "config",
    [
        None,
        3,
        3.5,
        (),
        (3, "orders"),
        object(),
        {"token": "orders"},
        {"id": ["orders"]},
        {"id": {"name": "orders"}},
        {"id": True},
        {"id": 10**5000},
        {"id": "a\udce4"},
        {"id": "two\nlines"},
        {"id": "x" * 100},
        {"name": "password=S3CR3T"},
        {"key": "AKIAIOSFODNN7EXAMPLE"},
        {"key": "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"},
        "postgresql://me:S3CR3T@host/db",
        b"orders",
    ],
)
def test_nothing_else_is_quoted(config: Any) -> None:
    """
    A configuration may hold anything, and any of it may be a secret.
    """
    assert configuration_name(config) is None


@pytest.mark.parametrize("kind", [Raises, WithProperty])
def test_what_a_configuration_raises_does_not_matter(kind: Any) -> None:
    assert configuration_name(kind()) is None
