"""
No command prints a secret, wherever people put it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import datetime, timezone
from pathlib import Path

import pytest

from flowkit.base.sensitive import Masking
from flowkit.cli.run_screen import Screen
from flowkit.embedded.run_events import TaskLog
from flowkit.project.loading import LoadedFile, load
from flowkit.report.comparison import compare
from flowkit.report.comparison_text import lines_of
from flowkit.report.dot import dot
from flowkit.report.graph import graph_of, graph_of_change
from flowkit.report.markdown import markdown
from flowkit.report.mermaid import mermaid
from flowkit.report.plan import Document, document_of
from flowkit.report.tree import rows_of
from tests.cli.commands import run_flowkit

PLACES = '''
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import SimpleNamespace

import attrs
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import Asset, Param
from kubernetes.client.models import V1EnvVar

from flowkit import Group, Pipeline, Pod, each, each_group, label, operator, over, python, task
from flowkit.airflow.dags import register

@dataclass
class Account:
    user: str
    api_key: bytes
    extra: str

@attrs.frozen
class Form:
    user: str = "me"
    token: str = "S3CR3T-form-default"

class Client:
    def __init__(self):
        self.host, self._password, self.url = "h", "S3CR3T-attribute", "https://u:S3CR3T-attribute-url@h"

    def open(self, host, pwd=""): ...

    def __call__(self, host, secret=""): ...

class Quiet:
    __slots__ = ("token",)

    def __init__(self):
        self.token = "S3CR3T-slot"

class Told:
    def __str__(self):
        return "Told(password='S3CR3T-str')"

Login = namedtuple("Login", "user password")
PG_PASSWORD = "S3CR3T-global"
SIGNING_KEY = b"S3CR3T-global-bytes"
ENDPOINT = "https://u:S3CR3T-global-url@h"

def f(*values, **named): ...
def log_in(host, password="S3CR3T-default", *tokens, key=""): ...

def uses_globals():
    return PG_PASSWORD, SIGNING_KEY, ENDPOINT

def has_secrets(token="S3CR3T-parameter"):
    """Uses password=S3CR3T-docstring."""
    env = {}
    env["DB_PASSWORD"] = "S3CR3T-subscript"
    user, pw = "me", "S3CR3T-unpacked"
    if token == "S3CR3T-compared":
        raise ValueError
    return f("password", "S3CR3T-argument"), b"S3CR3T-not-named", [("secret", "S3CR3T-source-pair")]

def closure():
    credentials = {"any": "S3CR3T-closure"}
    def inner():
        return credentials
    return inner

def one(item):
    return Group("inner").task("x", python(log_in, item, "S3CR3T-group-positional"))

first = (
    Pipeline(
        "places",
        start_date=datetime(2026, 1, 1),
        schedule=[Asset("x://h/a?password=S3CR3T-asset", extra={"token": "S3CR3T-extra"})],
        params={"db_password": Param("S3CR3T-param", type="string"), "n": 1},
        doc_md="Run `PGPASSWORD=S3CR3T-doc psql`\\n\\n    password: S3CR3T-yaml\\n",
        description="with token: S3CR3T-described",
        user_defined_macros={"secret": "S3CR3T-macro", "call": partial(log_in, "h", "S3CR3T-macro-partial"),
                             "objects": [Client(), Quiet(), Told()]},
        owner_links={"a": "https://S3CR3T-owner@h/"},
    )
    .defaults(executor_config={"env": [{"name": "PWD", "value": "S3CR3T-defaults"}]})
    .task("positional", python(log_in, "h", "S3CR3T-positional", "S3CR3T-varargs", key="S3CR3T-key"))
    .task("method", python(Client().open, "h", "S3CR3T-method"))
    .task("callable", python(Client(), "h", "S3CR3T-callable"))
    .task("partial", python(partial(log_in, "h", "S3CR3T-partial")))
    .task("nested", python(f, {"a": [{"b": ({"dbPassword": "S3CR3T-camel"},)}]}))
    .task("pairs", python(f, [("password", "S3CR3T-pair"), ["api-key", b"S3CR3T-pair-bytes"]], ("pw", 12345)))
    .task("named", python(f, [{"name": "PW", "value": "S3CR3T-named"}, {"value": "S3CR3T-val", "key": "TOKEN"}]))
    .task("env", python(f, [V1EnvVar(name="DB_PASSWORD", value="S3CR3T-v1")]))
    .task("records", python(f, Account("me", b"S3CR3T-bytes", '{"token": "S3CR3T-json"}'), Login("me", "S3CR3T-tuple")))
    .task("space", python(f, SimpleNamespace(passphrase="S3CR3T-space"), OrderedDict(jwt="S3CR3T-ordered")))
    .task("below", python(f, creds={"x": ["S3CR3T-below", {"y": b"S3CR3T-below-bytes"}]}, auth=("me", "S3CR3T-auth")))
    .task("keys", python(f, {"https://u:S3CR3T-in-key@h": 1}))
    .task("bytes", python(f, b"password=S3CR3T-raw", bytearray(b"https://u:S3CR3T-array@h")))
    .task("words", python(f, ["mysql", "-pS3CR3T-word"], ["x", "--token", "S3CR3T-next"], ["curl", "-u", "u:S3CR3T-u"]))
    .task("unicode", python(f, пароль="S3CR3T-кириллица", password="S3CR3T-🔑"))
    .task("known", python(f, "xoxb-S3CR3T-123456789", "-----BEGIN PRIVATE KEY-----\\nS3CR3T\\n-----END"))
    .task("globals", python(uses_globals))
    .task("source", python(has_secrets))
    .task("closure", python(closure()))
    .task("bash", operator(BashOperator, bash_command="""set -e
        curl -H "X-Api-Key: S3CR3T-header" \\\\
          --proxy-user 'me:S3CR3T-proxy-user' https://me:S3CR3T@S3CR3T/S3CR3T@h/
        docker login -u me -p S3CR3T-docker && sshpass -p S3CR3T-sshpass ssh h
        isql "DSN=x;UID=me;PWD=S3CR3T-odbc;" ; run --conn 'jdbc:postgresql://h/d?user=u&password=S3CR3T-jdbc'
        az storage --connection-string "AccountName=a;AccountKey=S3CR3T-azure==;SharedAccessSignature=S3CR3T-sas"
        echo 'password: S3CR3T-echo' > x.yaml; https_proxy=me:S3CR3T-env-proxy@proxy:3128 run
        """, env={"DSN": "mysql://u:S3CR3T-dsn@h", "SLACK": "https://hooks.slack.com/services/T/S3CR3T-B/S3CR3T-X"}))
    .task("op_args", operator(PythonOperator, python_callable=log_in, op_args=["h", "S3CR3T-op-args"]))
    .task("mapped", each(log_in, over([{"token": "S3CR3T-mapped"}]), "S3CR3T-mapped-positional"))
    .task("options", python(f), params={"secret": "S3CR3T-task-param"}, doc_md="- token: S3CR3T-doc-md",
          doc_json='[{"name": "PASSWORD", "value": "S3CR3T-doc-json"}]', doc_yaml="password: S3CR3T-doc-yaml",
          on_failure_callback=partial(f, password="S3CR3T-callback"), pod=Pod(env={"URL": "amqp://u:S3CR3T-pod@h/"}))
    .then(
        task("before", python(f, "password=S3CR3T-before"))
        >> label("password=S3CR3T-label")
        >> task("last", python(f, "password=S3CR3T-text", password="{{ conn.db.password }}", token="$TOKEN"))
    )
)
register(first, Pipeline("form", params=Form).task("a"))
'''
"""A file with secrets that begin with S3CR3T."""

BROKEN = """
from flowkit import Pipeline, generate, python
from flowkit.airflow.dags import register

def connect(config):
    raise ValueError(f"cannot connect to postgres://me:{config['password']}@db with {config['password']}")

register(generate(connect, [{"password": "S3CR3T-raised"}]))
"""
UNLOADABLE = """
def connect(password: str = "S3CR3T-in-source"):
    raise ValueError(f"no: token='{password}'")

connect(password="S3CR3T-in-call")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Two folders, `old` and `new`, in which every secret is another.
    """
    root = tmp_path_factory.mktemp("secrets")
    for name, text in {"old": PLACES, "new": PLACES.replace("S3CR3T", "S3CR3T2")}.items():
        (root / name).mkdir()
        (root / name / "places.py").write_text(text, encoding="utf-8")
    return root


def _loaded(folder: Path) -> LoadedFile:
    (file,) = load(folder).files
    assert file.failure is None, file.failure
    assert not file.broken, file.broken
    return file


def _document(folder: Path, masking: Masking) -> Document:
    return document_of(_loaded(folder).pipelines, root=folder, masking=masking)


def test_plans_and_drawings(folder: Path) -> None:
    """JSON, the tree, Mermaid and Graphviz."""
    document = _document(folder / "old", Masking())
    texts = [json.dumps(document, ensure_ascii=False)]
    for dag_id, plan in document["pipelines"].items():
        graph = graph_of(dag_id, plan)
        texts += [mermaid(graph), dot(graph), str(list(rows_of(dag_id, plan, document["locations"][dag_id])))]

    assert [text[max(0, text.find("S3CR3T") - 80) :][:200] for text in texts if "S3CR3T" in text] == []
    assert "{{ conn.db.password }}" in texts[0]
    assert "$TOKEN" in texts[0]


def test_differences(folder: Path) -> None:
    """That secrets changed is visible, and no secret, on either side."""
    masking = Masking(key=b"k" * 32)
    found = compare(_document(folder / "old", masking), _document(folder / "new", masking))
    now = datetime(2026, 1, 1, tzinfo=timezone.utc)
    (change,) = [change for change in found.pipelines if change.dag_id == "places"]
    texts = [
        json.dumps(found.patch, ensure_ascii=False),
        markdown(found, "old", "new", now),
        mermaid(graph_of_change("places", change.old, change.new, change.changes)),
        *(line.text for one in found.pipelines for line in lines_of(one, now)),
    ]
    changed = {one.name for one in change.changes if one.what == "task"}

    assert [text for text in texts if "S3CR3T" in text] == []
    assert change.new is not None
    assert set(change.new["tasks"]) - changed == set()
    assert {change.dag_id for change in found.pipelines} == {"places", "form"}


def test_logs_of_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `show` hides is hidden where a task prints it; everything else stays."""
    screen = Screen("places")
    for pipeline in _loaded(folder / "old").pipelines:
        screen.hide(screen.secrets_of(pipeline))

    screen.show(TaskLog("a", "token S3CR3T-global S3CR3T-subscript S3CR3T-mapped\npassword: none"))

    assert "token *** *** ***\npassword: none" in capsys.readouterr().out


def _git(folder: Path, *arguments: str) -> None:
    words = ["git", "-c", "user.name=me", "-c", "user.email=me@example.org", *arguments]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)


@pytest.mark.e2e
def test_no_command_prints_a_secret(project: Path) -> None:
    """Each command in each format, for good pipelines, broken ones and files that cannot be loaded."""
    places = project / "dags" / "places.py"
    places.write_text(PLACES, encoding="utf-8")
    _git(project, "init", "-q", "-b", "main")
    _git(project, "add", ".")
    _git(project, "commit", "-qm", "first")
    plan = project / "plan.json"
    plan.write_text(run_flowkit("show", "--all", "--format", "json", cwd=project).stdout, encoding="utf-8")
    places.write_text(PLACES.replace("S3CR3T", "S3CR3T2"), encoding="utf-8")
    (project / "dags" / "broken.py").write_text(BROKEN, encoding="utf-8")
    (project / "dags" / "unloadable.py").write_text(UNLOADABLE, encoding="utf-8")
    drawings = ["mermaid", "dot", *(["svg"] if shutil.which("dot") else [])]
    commands = [
        ["list"],
        ["show", "places"],
        *(["show", "places", "--format", form] for form in ("json", *drawings)),
        ["show", "--all", "--format", "json"],
        *(["check", "--format", form] for form in ("text", "json", "github")),
        *(["diff", "--format", form] for form in ("text", "markdown", "json")),
        ["diff", "--plan", "plan.json"],
        ["diff", "--plan", "plan.json", "--format", "json"],
    ]

    done = {" ".join(command): run_flowkit(*command, cwd=project, COLUMNS="4000") for command in commands}
    printed = {name: one.stdout + one.stderr for name, one in done.items()}

    assert {name for name, text in printed.items() if "S3CR3T" in text} == set()
    assert "S3CR3T" not in plan.read_text("utf-8")
    assert "cannot connect to postgres://me:***@db with ***" in printed["check --format text"]
    assert [name for name, one in done.items() if not one.stdout] == []
