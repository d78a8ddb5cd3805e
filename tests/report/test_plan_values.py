"""
Values in plans: secrets are in none, whatever they are in.
"""

from __future__ import annotations

import functools
import json
import logging
import time
from collections import OrderedDict, deque
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubernetes.client.models import V1Container, V1EnvVar, V1ObjectMeta, V1Pod, V1PodSpec

from flowkit import Pipeline, over, python
from flowkit.base.sensitive import Masking
from flowkit.builders.mapping import each
from flowkit.model.calls import Ref, Text
from flowkit.report.changes import changes
from flowkit.report.plan import plan_of, secrets_of
from flowkit.report.plan_values import Writer
from flowkit.report.value_text import format_value

HIDDEN = {"$": "hidden"}
OUTPUT = {"$": "output", "task": "t"}
NAMES = [
    "password",
    "DB_PASSWORD",
    "dbPassword",
    "api-key",
    "creds",
    "x_token_1",
    "fernet_key",
    "пароль",
    "dsn",
]


@attrs.frozen
class Record:
    user: Any
    password: Any


def log_in(host: str, password: str = "", *tokens: str, **rest: Any) -> None:
    """Takes secrets by position."""


def _value(value: Any) -> Any:
    return Writer(Masking()).value(value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"password": "{{ conn.db.password }}"}, {"password": "{{ conn.db.password }}"}),
        ({"password": "$DB_PASSWORD", "token": ""}, {"password": "$DB_PASSWORD", "token": ""}),
        ({"password": 1234, "secret": True}, {"password": HIDDEN, "secret": True}),
        ({"max_tokens": 4096}, {"max_tokens": 4096}),
        ({"key": "a", "bucket": "b"}, {"key": "a", "bucket": "b"}),
        ({"key": "a", "user": "b"}, {"key": HIDDEN, "user": "b"}),
        ({"s3_key": "a", "ssh_key": "b"}, {"s3_key": "a", "ssh_key": HIDDEN}),
        ({"creds": {"a": ["b", None]}}, {"creds": {"a": [HIDDEN, None]}}),
        ({b"password": "a"}, {"$": "dict", "items": [[{"$": "bytes", "value": "70617373776f7264"}, HIDDEN]]}),
        (b"password=a", {"$": "bytes", "value": HIDDEN}),
        ("пароль: 'a'".encode(), {"$": "bytes", "value": HIDDEN}),
        (b"\xff password=a", {"$": "bytes", "value": HIDDEN}),
        ([("password", "a")], [{"$": "tuple", "items": ["password", HIDDEN]}]),
        (["run", "--token", "a"], ["run", "--token", HIDDEN]),
        ([{"name": "PW", "value": "a"}], [{"name": "PW", "value": HIDDEN}]),
        (V1EnvVar(name="PW", value="a"), {"$": f"{V1EnvVar.__module__}.V1EnvVar", "name": "PW", "value": HIDDEN}),
        ({"https://u:a@h": 1}, {"$": "dict", "items": [[{"$": "text", "parts": ["https://u:", HIDDEN, "@h"]}, 1]]}),
        (
            deque([("password", "a")]),
            {"$": "collections.deque", "text": {"$": "text", "parts": ["deque([('password', '", HIDDEN, "')])"]}},
        ),
        (Text(("password=a", Ref("t"), "b c")), {"$": "text", "parts": ["password=", HIDDEN, OUTPUT, " c"]}),
        (Text(("password=", Ref("t"), " c")), {"$": "text", "parts": ["password=", OUTPUT, " c"]}),
        (functools.partial(log_in, "h", "a"), {"$": "partial", "function": _value(log_in), "args": ["h", HIDDEN]}),
    ],
)  # fmt: skip
def test_secrets_are_hidden_and_nothing_else(value: Any, written: Any) -> None:
    """By names, by what is beside them, within texts; what only refers to a secret is shown."""
    assert _value(value) == written


def test_a_secret_without_an_end_is_hidden() -> None:
    """A dictionary under the name of a secret that holds itself."""
    endless: dict[str, Any] = {"a": "hunter2"}
    endless["b"] = endless

    assert "hunter2" not in json.dumps(_value({"credentials": endless}))


def test_large_webs_of_objects_are_written_quickly() -> None:
    """Objects of the Kubernetes client hold their configuration, and that every logger of the process."""
    container = V1Container(name="base", env=[V1EnvVar(name="DB_PASSWORD", value="hunter2")])
    pod = V1Pod(metadata=V1ObjectMeta(name="a"), spec=V1PodSpec(containers=[container]))
    before = time.process_time()

    text = json.dumps(_value([pod, logging.getLogger("a"), SimpleNamespace(pod=pod)]))

    assert time.process_time() - before < 5
    assert "hunter2" not in text
    assert '"name": "base"' in text


SECRET = "S3CR3T"  # noqa: S105 - what must not appear
SECRETS = st.one_of(
    st.text(max_size=8).map(lambda text: f"{SECRET}{text}"),
    st.text(max_size=8).map(lambda text: f"{SECRET}{text}".encode("utf-8", "surrogatepass")),
)
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.binary(max_size=4))


def _around(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    keys = st.text(max_size=5)
    return st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(keys, inner, max_size=3),
        st.dictionaries(keys, inner, max_size=3).map(OrderedDict),
        inner.map(lambda value: SimpleNamespace(value=value)),
        inner.map(lambda value: Record(value, None)),
        inner.map(lambda value: functools.partial(log_in, "h", rest=value)),
    )


BELOW = st.recursive(st.one_of(SECRETS, PLAIN), _around, max_leaves=6)
"""Values in which everything that begins with SECRET is one."""


@st.composite
def _values(draw: st.DrawFn) -> Any:
    """
    Draw values with secrets, each in a place where it can be recognized.
    """
    secret: Any = draw(BELOW)
    name = draw(st.sampled_from(NAMES))
    text = f"{SECRET}{draw(st.sampled_from(['', '-a', '/b', 'ü']))}"
    place = draw(
        st.sampled_from(
            [
                {name: secret}, (name, secret), [(name, secret)], [[name, secret]], {"name": name, "value": secret},
                Record("me", secret), SimpleNamespace(password=secret), functools.partial(log_in, "h", secret),
                ["run", f"--{name}", text], f"postgres://me:{text}@h", f"run --password {text} x",
                f'{{"{name}": "{text}"}}',
                f"{name}={text}", f"{name}: '{text}'".encode(),
            ]
        )
    )  # fmt: skip
    return draw(st.recursive(st.one_of(st.just(place), PLAIN), _around, max_leaves=6))


@given(_values(), _values())
def test_no_secret_is_in_a_plan(value: Any, other: Any) -> None:
    """In JSON, as text, and in what changed; digests do not help to find it."""
    masking = Masking(key=b"k" * 32)
    writer = Writer(masking)
    written = [json.dumps(writer.named({"a": one}), ensure_ascii=False) for one in (value, other)]
    texts = [*written, *(format_value(json.loads(one), 10_000) for one in written)]
    hexed = SECRET.encode().hex()

    assert [text for text in texts if SECRET in text or hexed in text] == []


def test_what_changed_is_seen_without_being_shown() -> None:
    """Each place in which a secret can be, between two live sides."""

    def plan(secret: str) -> Any:
        pipeline = (
            Pipeline("p")
            .task("a", python(log_in, "h", secret))
            .task("b", python(log_in, "h", rest=[("password", secret), {"name": "PW", "value": secret}]))
            .task("c", python(log_in, f"run --password {secret}", rest=f"token={secret}".encode()))
            .task("d", each(log_in, rest=over([{"token": secret}]), host="h"))
        )
        return plan_of(pipeline.build(), Writer(Masking(key=b"k")))

    found = changes(plan("hunter2"), plan("hunter3"))

    assert [change.name for change in found] == ["a", "b", "c", "d"]
    assert "hunter" not in str(found)


def test_the_hidden_texts_of_pipelines() -> None:
    """To recognize them in the logs of a run."""
    pipeline = Pipeline("p").task("a", python(log_in, "h", "hunter2", rest="x://me:hunter3@h"))

    assert secrets_of([pipeline.build()], Masking()) == {"hunter2", "hunter3"}
