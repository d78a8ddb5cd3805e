"""
FK505: arguments that hold a secret, wherever it stands, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import attrs
import pytest
from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Group, Pipeline, Pod, each, operator, over, python
from flowkit.rules.secret_arguments import secrets

SECRET = "hunter2"  # noqa: S105 - what is reported
URL = f"postgresql://me:{SECRET}@db/x"


@attrs.frozen
class Login:
    user: str
    password: str


@dataclass
class Account:
    name: str
    api_key: bytes


def f(*values: Any, **named: Any) -> None: ...


def log_in(host: str, password: str = "", *tokens: str, key: str = "") -> None: ...


class Client:
    def open(self, host: str, pwd: str) -> None: ...


def _messages(pipeline: Pipeline) -> list[str]:
    return [problem.message.partition(". Airflow")[0] for problem in secrets(pipeline.build())]


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ([{"password": SECRET}], "password="),
        ([[("password", SECRET)]], "password="),
        ([[["db_password", SECRET]]], "password="),
        ([("fernet_key", SECRET)], "fernet_key="),
        ([[{"name": "DB_PASSWORD", "value": SECRET}]], "password="),
        ([[{"key": "api-token", "value": SECRET}]], "token="),
        ([{"dbPassword": SECRET}], "dbPassword="),
        ([{"a": [{"b": {"client_secret": SECRET}}]}], "a['b']['client_secret']"),
        ([{"headers": {"Authorization": f"Bearer {SECRET}"}}], "headers['Authorization']"),
        ([Login("me", SECRET)], "password="),
        ([Account("me", SECRET.encode())], "api_key="),
        ([{"token": SECRET.encode()}], "token="),
    ],
)
def test_names(values: list[Any], where: str) -> None:
    """Of keys, fields, pairs, and of what is described by a name and a value."""
    assert _messages(Pipeline("p").task("a", python(f, *values))) == [
        f"Task 'a' passes {where} in plain text, and the name suggests a secret"
    ]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (URL, "a password in a URL"),
        (URL.encode(), "a password in a URL"),
        (f"run --password {SECRET}", "the value of `password`"),
        (f"DB_TOKEN={SECRET} run", "the value of `token`"),
        (f"curl -u me:{SECRET} x", "a password for `-u`"),
        (f"mysql -p{SECRET}", "the password for `mysql -p`"),
        (["run", "--api-key", SECRET], "the value of `api_key`"),
        ([f"run --password {SECRET}", URL, "x"], "the value of `password` and a password in a URL"),
    ],
)
def test_texts(value: Any, what: str) -> None:
    """Commands and URLs; everything in one argument is one problem."""
    assert _messages(Pipeline("p").task("a", python(f, a=value))) == [
        f"Task 'a' passes a= with {what} in plain text"
    ]
    assert _messages(Pipeline("p").task("a", python(f, value))) == [
        f"Task 'a' passes values= with {what} in plain text"
    ]


@pytest.mark.parametrize(
    ("call", "where"),
    [
        (lambda: python(log_in, "h", SECRET), "password="),
        (lambda: python(Client().open, "h", SECRET), "pwd="),
        (lambda: each(log_in, over(["h"]), SECRET), "password="),
        (lambda: each(f, a=over([{"token": SECRET}])), "token="),
        (lambda: each(f, a=over([1]), token=SECRET), "token="),
    ],
)
def test_calls(call: Callable[[], Any], where: str) -> None:
    """Positional arguments by the parameter that takes them; mapped ones too."""
    assert _messages(Pipeline("p").task("a", call())) == [
        f"Task 'a' passes {where} in plain text, and the name suggests a secret"
    ]


def test_options() -> None:
    """What Airflow stores of a task besides its arguments."""
    pipeline = (
        Pipeline("p", params={"token": SECRET})
        .task("a", python(f), params={"password": SECRET})
        .task("b", python(f), executor_config={"env": [{"name": "PW", "value": SECRET}]})
        .task("c", python(f), pod=Pod(env={"DB": URL}))
    )

    assert [message.partition(" in plain")[0] for message in _messages(pipeline)] == [
        "The pipeline has token= among its params",
        "Task 'a' passes password=",
        "Task 'b' passes env.pw",
        "Task 'c' passes env['DB'] with a password in a URL",
    ]


@pytest.mark.parametrize(
    "value",
    [
        {"token_url": "https://host/x", "secret_name": "db", "max_tokens": 4096, "key": "reports/x.csv"},
        {"password": "", "token": None, "secret": "{{ conn.db.password }}", "pwd": "$DB_PASSWORD"},
        {"password": "***", "api_key": "<your key>", "token": True},
        ["password", "email"],
        ["user", "password", "host"],
        ("name", "password"),
        {"name": "DB_PASSWORD", "description": "that of the database"},
        [{"name": "bucket", "value": "password"}],
        "SELECT token, secret FROM t WHERE token = 'a'",
        "https://host:8080/path@v1?key=abc",
        "run --password $DB_PASSWORD --token={{ var.value.token }}",
        ["run", "--password-file", "/run/secrets/x", "-p", "8080:80"],
        "postgresql://reader@db/x",
    ],
)
def test_no_false_alarms(value: Any) -> None:
    """References, names of columns, and places where a secret is."""
    assert _messages(Pipeline("p").task("a", python(f, value, b=value))) == []


def test_the_value_is_never_shown() -> None:
    """Nor a name that may hold more than a name."""
    values = [
        {"password": SECRET},
        ("hunter2_password", SECRET),
        f"hunter2-token={SECRET}",
        f"--hunter2-pwd {SECRET}",
    ]
    messages = [
        message for value in values for message in _messages(Pipeline("p").task("a", python(f, value)))
    ]

    assert len(messages) == 4
    assert SECRET not in str(messages)


def test_defaults_of_operators() -> None:
    """Once, at the line that gives them, not for each operator that takes them."""
    group = Group("g").operator_defaults(env={"url": URL}).task("a", operator(BashOperator, bash_command="x"))
    pipeline = (
        Pipeline("p")
        .operator_defaults(env={"API_TOKEN": SECRET})
        .task("b", operator(BashOperator, bash_command="x"))
        .then(group)
    )

    found = list(secrets(pipeline.build()))

    assert [problem.message.partition(". Airflow")[0] for problem in found] == [
        "The pipeline has env['API_TOKEN'] among its operator defaults in plain text, and the name suggests a secret",
        "Group 'g' has env['url'] among its operator defaults with a password in a URL in plain text",
    ]
    lines = [problem.location.line for problem in found if problem.location is not None]
    assert lines == [lines[1] + 3, lines[1]]


def test_arguments_of_native_functions() -> None:
    """
    By the names of parameters, and of keyword arguments.
    """
    from flowkit import native

    def make(name: str, password: str = "", **options: str) -> None: ...

    pipeline = Pipeline("p").task("a", native(make, "a", "hunter2", token="abc123"))  # noqa: S106
    assert [problem.message.partition(" in plain")[0] for problem in secrets(pipeline.build())] == [
        "Task 'a' passes token=",
        "Task 'a' passes password=",
    ]
