"""
What is masked: the same as in Airflow, and nothing that can be guessed.
"""

from __future__ import annotations

import ast
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from flowkit.base import sensitive
from flowkit.base.sensitive import MASKED_NAMES, Masking, is_secret_name, mask_text, masking, without_digests

AIRFLOW_NAMES = [
    "password",
    "api_key",
    "my.api-key",
    "MY_TOKEN",
    " Secret ",
    "proxies",
    "retries",
    "table",
    "keys",
    "",
]


def test_the_names_include_those_of_airflow() -> None:
    """flowkit keeps a copy, since importing Airflow takes seconds."""
    from airflow.sdk._shared.secrets_masker import DEFAULT_SENSITIVE_FIELDS

    assert sorted(DEFAULT_SENSITIVE_FIELDS - MASKED_NAMES) == []


@pytest.mark.parametrize("name", AIRFLOW_NAMES)
def test_a_name_is_sensitive_where_airflow_has_it_so(name: str) -> None:
    """Whatever its case, its place in a longer name, and the characters between its words."""
    from airflow.sdk._shared.secrets_masker import SecretsMasker

    masker: Any = SecretsMasker()  # type: ignore[no-untyped-call]
    masker.sensitive_variables_fields = list(MASKED_NAMES)
    assert Masking().is_sensitive(name) == masker.should_hide_value_for_key(name)


def _shown(text: str, masking: Masking | None = None) -> str:
    return "".join(part if isinstance(part, str) else "***" for part in (masking or Masking()).split(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://me:hunter2@db:5432/x", "postgresql://me:***@db:5432/x"),
        ("redis://:hunter2@cache", "redis://:***@cache"),
        ("run --password=hunter2 --table x", "run --password=*** --table x"),
        ("host=db password='hunter2' user=me", "host=db password='***' user=me"),
        ('{"api_key": "hunter2", "a": 1}', '{"api_key": "***", "a": 1}'),
        ("curl -H 'Authorization: Bearer hunter2'", "curl -H 'Authorization: Bearer ***'"),
        ("TOKEN=$TOKEN run", "TOKEN=$TOKEN run"),
        ("run --token={{ conn.api.password }}", "run --token={{ conn.api.password }}"),
        ("https://host/path?x=1", "https://host/path?x=1"),
        ("secret://a/b", "secret://a/b"),
        ("a: b = c", "a: b = c"),
        ("", ""),
    ],
)
def test_secrets_within_a_text_are_hidden(text: str, shown: str) -> None:
    """The password of a URL, and what follows a sensitive name; the rest of the text stays."""
    assert _shown(text) == shown


def test_an_installation_adds_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By variable or by file, as Airflow reads them; without the file there are none."""
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path / "none"))
    assert not masking().extra_names

    (tmp_path / "airflow.cfg").write_text(
        "[core]\nsensitive_var_conn_names = badge, Pin\nfernet_key = %x\n", encoding="utf-8"
    )
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    by_file = masking()
    monkeypatch.setenv("AIRFLOW__CORE__SENSITIVE_VAR_CONN_NAMES", "badge")
    by_variable = masking()

    assert by_file.is_sensitive("my_pin")
    assert _shown("--badge=hunter2", by_file) == "--badge=***"
    assert by_variable.is_sensitive("badge")
    assert not by_variable.is_sensitive("pin")


def test_secrets_are_told_apart_with_a_key_only() -> None:
    """Without one nothing of a secret is left; with another key it looks different."""
    one, other = Masking(key=b"1" * 32), Masking(key=b"2" * 32)

    assert Masking().hidden("a") == Masking().hidden("b") == {"$": "hidden"}
    assert one.hidden("a") == one.hidden("a")
    assert one.hidden("a") != one.hidden("b")
    assert one.hidden("a") != other.hidden("a")
    assert "1" * 32 not in repr(one)


def test_digests_are_taken_out_before_anything_is_printed() -> None:
    """Wherever they are."""
    hidden: Any = Masking(key=b"k").hidden("a")
    plan = without_digests({"a": [{"b": hidden}], "c": hidden, "digest": "mine"})

    assert plan == {"a": [{"b": {"$": "hidden"}}], "c": {"$": "hidden"}, "digest": "mine"}
    assert hidden["digest"] not in json.dumps(plan)


@pytest.mark.parametrize(
    "name",
    [
        "password", "DB_PASSWORD", "pwd", "api_key", "apikey", "SIGNING_KEY", "fernet_key", "aws_credentials",
        "refresh_token", "_secret",
    ],
)  # fmt: skip
def test_names_of_secrets(name: str) -> None:
    """The whole name, or its last words."""
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    ["token_url", "secret_name", "tokens", "key", "cwd", "mypassword", "dsn", "webhook_url", "proxy", ""],
)
def test_names_that_say_where_a_secret_is(name: str) -> None:
    """And others that masking looks for, which often hold none: they are not reported."""
    assert not is_secret_name(name)


def _strings(tree: ast.AST) -> str:
    """
    Return the strings of a module, without its docstrings.
    """
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return "\n".join(
        node.value.lower()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    )


def test_there_is_one_list_of_secret_names() -> None:
    """No other module of flowkit names several kinds of secrets in its strings, not even in a regular expression."""
    folder = Path(sensitive.__file__).parent.parent
    words = {
        "password",
        "passwd",
        "passphrase",
        "secret",
        "token",
        "api_?key",
        "private_?key",
        "credentials?",
    }
    lists = {
        file.relative_to(folder).as_posix(): sorted(
            word for word in words if re.search(rf"(?<![a-z]){word}(?![a-z])", text)
        )
        for file in sorted(folder.rglob("*.py"))
        if (text := _strings(ast.parse(file.read_text("utf-8"))))
    }

    assert {file for file, named in lists.items() if len(named) > 2} == {"base/sensitive.py"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cannot connect to postgres://me:hunter2@db/x", "cannot connect to postgres://me:***@db/x"),
        ("Login(user='me', password='hunter2')", "Login(user='me', password='***')"),
        ("{'api_token': 'hunter2', 'n': 1}", "{'api_token': '***', 'n': 1}"),
        ("unexpected token 'end of print statement'", "unexpected token 'end of print statement'"),
        ("Missing keyword argument 'password'", "Missing keyword argument 'password'"),
        ("", ""),
    ],
)
def test_the_texts_of_exceptions_are_masked(text: str, shown: str) -> None:
    """By names and URLs; what only speaks of secrets stays."""
    assert mask_text(text) == shown


def test_known_secrets_are_masked_wherever_they_are() -> None:
    """The longest first, so that nothing of one is left; very short ones would be found everywhere."""
    assert (
        mask_text("cannot log in with hunter2-long", ["hunter2", "hunter2-long", "a"])
        == "cannot log in with ***"
    )


@pytest.mark.parametrize(
    "unit",
    [
        "password=", "password='", "password: ", "a:", "://a:", "x://a@", "mysql -p ", "eyJ-", "\\", "token",
        "credentials:\n ", "echo x|", "identified by ", "-u a%", "<password>", "login a ",
        "token: {", "cookie: ", "-----BEGIN PRIVATE KEY-----", "--password ", "('password', ", "xoxb-", "Bearer 1",
        "password={{", "password: |\n  x\n", "%3A%2F%2F", "@", "-u a:", "İpassword=x ", "secret", " ",
    ],
)  # fmt: skip
def test_a_hostile_text_takes_linear_time(unit: str) -> None:
    """A megabyte takes a second or two, not hours; a quadratic search would take minutes."""
    text = unit * (1_000_000 // len(unit))

    before = time.process_time()
    mask_text(text)
    mask_text(f"password={text}")

    assert time.process_time() - before < 20
