"""
Plans: the same wherever and whenever they are made, and different when something is.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import attrs
import pytest
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import TaskGroup
from hypothesis import given, reject, settings

from flowkit import Pipeline, Pod, each, native, operator, over, params, python, task
from flowkit.base.errors import PipelineError
from flowkit.base.sensitive import Masking
from flowkit.model.calls import Call
from flowkit.project.loading import load
from flowkit.report.plan import CALL_WRITERS, document_of, plan_of
from flowkit.report.plan_values import Writer
from flowkit.report.value_text import format_call
from tests.resolve.oracle import GroupPlan
from tests.resolve.plans import Writer as Builder
from tests.resolve.plans import pipelines
from tests.support import DAGS, ROOT

HEAD = "from flowkit import *\nfrom flowkit.airflow.dags import register\n"


def _plan(pipeline: Pipeline, masking: Masking | None = None, root: Path | None = None) -> dict[str, Any]:
    return plan_of(pipeline.build(), Writer(masking or Masking(), str(root) if root else None))


def _value(value: Any) -> Any:
    return Writer(Masking()).value(value)


def test_every_kind_of_call_has_a_form_in_plans() -> None:
    """
    The table of forms covers all that a task can do.
    """
    assert set(get_args(Call)) == set(CALL_WRITERS)


class Colour(Enum):
    RED = 1


class Word(str, Enum):
    HELLO = "hello"


@attrs.frozen
class Config:
    tables: frozenset[str]
    token: str = "hunter2"  # noqa: S105 - what is hidden


@dataclasses.dataclass
class Point:
    x: float


def action(*values: Any, **named: Any) -> None:
    """What tasks do."""


def _connect(host: str, password: str) -> None:
    """Takes a secret."""


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, True),
        (1.5, 1.5),
        (float("inf"), {"$": "float", "value": "inf"}),
        ([1, "a", None], [1, "a", None]),
        ((1,), {"$": "tuple", "items": [1]}),
        ({"b", "a"}, {"$": "set", "items": ["a", "b"]}),
        ({"a": {"b": 1}}, {"a": {"b": 1}}),
        ({1: 2}, {"$": "dict", "items": [[1, 2]]}),
        ({"$": 2}, {"$": "dict", "items": [["$", 2]]}),
        (datetime(2026, 1, 1), {"$": "datetime", "value": "2026-01-01T00:00:00"}),
        (timedelta(minutes=1), {"$": "timedelta", "seconds": 60.0, "text": "0:01:00"}),
        (Colour.RED, {"$": "enum", "name": f"{Colour.__module__}.Colour.RED"}),
        (Word.HELLO, "hello"),
        (Pod(cpu="1"), {"$": "flowkit.Pod", "cpu": "1"}),
        (Point(1.0), {"$": f"{Point.__module__}.Point", "x": 1.0}),
        (Path("a/b"), {"$": "path", "value": "a/b"}),
        (b"a", {"$": "bytes", "value": "61"}),
        ({"env": {"MY_TOKEN": "x"}}, {"env": {"MY_TOKEN": {"$": "hidden"}}}),
        (
            {"token": None, "tokens": 3, "proxies": ["a"]},
            {"token": None, "tokens": 3, "proxies": [{"$": "hidden"}]},
        ),
    ],
)
def test_values_have_one_written_form(value: Any, written: Any) -> None:
    """Made of JSON alone."""
    assert _value(value) == written
    assert json.loads(json.dumps(_value(value))) == written


def test_objects_are_written_by_their_fields() -> None:
    """Of any class; never with an address, and without end where they hold themselves."""

    class Own:
        def __init__(self) -> None:
            self.name = "a"
            self.password = "hunter2"  # noqa: S105 - what is hidden
            self.me: Any = self

    text = json.dumps(_value(Own()))

    assert '"name": "a"' in text
    assert "hunter2" not in text
    assert " at 0x" not in json.dumps(_value([object(), functools.partial(action, 1), Own().name.upper]))
    assert _value(Config(frozenset("ab")))["tables"] == {"$": "set", "items": ["a", "b"]}


def test_secrets_are_in_no_plan() -> None:
    """Under a sensitive name, as the argument of a parameter of that name, in a record, in a URL, in a text."""

    def logs_in(password: str = "hunter2") -> str:  # noqa: S107 - what is hidden
        key = {"api_key": "hunter2"}
        return f"{key}{password}postgresql://me:hunter2@db"

    pipeline = (
        Pipeline("p", params={"token": "hunter2"})
        .defaults(executor_config={"env": {"DB_PASSWORD": "hunter2"}})
        .task("a", python(_connect, "db", "hunter2"))
        .task("b", python(action, "x://me:hunter2@db", Config(frozenset()), secret="hunter2"))  # noqa: S106 - what is hidden
        .task("c", python(logs_in), doc="password=hunter2")
    )
    plain = json.dumps(_plan(pipeline))
    keyed = json.dumps(_plan(pipeline, Masking(key=b"k" * 32)))

    assert "hunter2" not in plain
    assert "hunter2" not in keyed
    assert '"x://me:"' in plain


def test_a_digest_of_a_function_says_nothing_of_its_secrets() -> None:
    """Whoever has a plan could try passwords against it."""

    def made(text: str) -> Any:
        namespace: dict[str, Any] = {}
        file = Path(os.environ["AIRFLOW_HOME"]) / f"made_{abs(hash(text))}.py"
        file.write_text(text, encoding="utf-8")
        exec(compile(text, str(file), "exec"), namespace)  # noqa: S102
        return _value(namespace["f"])

    one, other = made("def f():\n    password = 'a'\n"), made("def f():\n    password = 'b'\n")

    assert one["source"] == other["source"]
    assert one["hidden"] == {"$": "hidden"}


def _source(tmp_path: Path, text: str, number: list[int] = []) -> Any:  # noqa: B006 - counts the files
    number.append(1)
    folder = tmp_path / str(len(number))
    folder.mkdir()
    (folder / "p.py").write_text(
        f'{HEAD}{text}\nregister(Pipeline("p").task("t", python(f)))\n', encoding="utf-8"
    )
    loaded = load(folder / "p.py")
    assert not loaded.failures, loaded.failures
    return document_of(loaded.pipelines, root=folder, masking=Masking())["pipelines"]["p"]["tasks"]["t"][
        "runs"
    ]


BODY = "LIMIT = 5\ndef g(x):\n    return x\ndef f():\n    return g(LIMIT)\n"


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (BODY.replace("return g(LIMIT)", "# why\n    return g(\n        LIMIT,\n    )"), True),
        (f"# above\n\n\n{BODY}", True),
        (f"{BODY}UNUSED = 1\ndef h():\n    return 1\n", True),
        (BODY.replace("g(LIMIT)", "g(LIMIT + 1)"), False),
        (BODY.replace("return x", "return -x"), False),
        (BODY.replace("LIMIT = 5", "LIMIT = 6"), False),
        (
            BODY.replace("def g(x):\n    return x", "def h(x):\n    return x\ndef g(x):\n    return h(x)"),
            False,
        ),
        (BODY.replace("def f():", "def f():\n    '''Docs.'''"), False),
    ],
)
def test_what_a_function_does_is_part_of_the_plan(text: str, same: bool, tmp_path: Path) -> None:
    """Its source without comments and layout, and the functions and constants of the user's that it reaches."""
    assert (_source(tmp_path, text) == _source(tmp_path, BODY)) == same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("f = lambda: 1", "f = lambda: 2"),
        (
            "def make(n):\n    def f():\n        return n\n    return f\nf = make(1)",
            "def make(n):\n    def f():\n        return n\n    return f\nf = make(2)",
        ),
        (
            "import functools\ndef f0(n):\n    return n\nf = functools.partial(f0, 1)",
            "import functools\ndef f0(n):\n    return n\nf = functools.partial(f0, 2)",
        ),
        (
            "class C:\n    def m(self):\n        return 1\nf = C().m",
            "class C:\n    def m(self):\n        return 2\nf = C().m",
        ),
        (
            "class C:\n    def m(self):\n        return 1\ndef f():\n    return C().m()",
            "class C:\n    def m(self):\n        return 2\ndef f():\n    return C().m()",
        ),
    ],
    ids=["lambda", "closure", "partial", "method", "class"],
)
def test_every_kind_of_function_is_told_apart(one: str, other: str, tmp_path: Path) -> None:
    """By what it does."""
    assert _source(tmp_path, one) == _source(tmp_path, one)
    assert _source(tmp_path, one) != _source(tmp_path, other)


def test_functions_that_reach_each_other_come_to_an_end(tmp_path: Path) -> None:
    """In a circle, and themselves."""
    text = "def g():\n    return f() or g()\ndef f():\n    return g() or f()\n"

    assert "p.g" in _source(tmp_path, text)["function"]["reaches"]


def test_the_folder_of_the_project_is_in_no_plan(tmp_path: Path) -> None:
    """Two checkouts have the same plan."""
    pipeline = Pipeline("p", template_searchpath=str(tmp_path / "sql")).task("t")

    assert _plan(pipeline, root=tmp_path)["settings"] == {"template_searchpath": "<project>/sql"}


def test_mapped_tasks_operators_and_params_are_written() -> None:
    """With what they are made of."""

    @attrs.frozen
    class Options:
        rows: int = 5

    first = task("first", python(list, "ab"))
    pipeline = Pipeline("p", params=Options).then(first).task("m", each(action, value=over(first.output)))
    tasks = _plan(
        pipeline.task("o", operator(BashOperator, bash_command=f"x {first.output}")).task(
            "q", python(action, params(Options).rows)
        )
    )["tasks"]

    assert tasks["m"]["runs"]["kind"] == "each"
    assert {"$": "output", "task": "first"} in tasks["m"]["runs"]["over"].values()
    assert tasks["o"]["runs"]["kwargs"]["bash_command"]["parts"] == ["x ", {"$": "output", "task": "first"}]
    assert tasks["q"]["runs"]["args"][0]["field"] == "rows"


_PRINT = """
import json, sys
from pathlib import Path
from flowkit.base.errors import PipelineError
from flowkit.project.loading import load
from flowkit.report.plan import document_of
from flowkit.base.sensitive import Masking
root = Path(sys.argv[1])
specs = load(root).pipelines
print(json.dumps(document_of(specs, root=root, masking=Masking())))
"""


def test_plans_are_the_same_in_every_process(tmp_path: Path) -> None:
    """Whatever the hash seed: to the letter, for the examples and for values that hold sets."""
    text = (
        f"{HEAD}import attrs\n@attrs.frozen\nclass C:\n    names: frozenset\n"
        'def f(c, *, s): return {"a", "b"} | s\n'
        'register(Pipeline("p", tags={"x", "y", "z"}).task("t", python(f, C(frozenset("abcdef")), s={"q", "r"})))\n'
    )
    (tmp_path / "p.py").write_text(text, encoding="utf-8")
    found = set()
    for seed in ("0", "1", "77"):
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", _PRINT, str(tmp_path)], env=env, capture_output=True, text=True, check=True
        )
        found.add(done.stdout)

    assert len(found) == 1


def test_the_examples_have_plans() -> None:
    """All of them, and each is JSON without an address of this process."""
    specs = load(DAGS).pipelines
    document = document_of(specs, root=ROOT, masking=Masking())
    text = json.dumps(document)

    assert json.loads(text) == document
    assert len(document["pipelines"]) == len(specs) > 50
    assert " at 0x" not in text
    assert str(ROOT) not in text
    assert document["locations"]["complex_processing"][""].startswith("dags/complex_processing.py:")


@given(pipelines())
@settings(deadline=None, max_examples=60)
def test_a_plan_has_what_the_spec_has(plan: GroupPlan) -> None:
    """Every task with its group and what it waits for, every group, every edge."""
    try:
        spec = Builder().pipeline(plan).build()
    except PipelineError:  # a circle, for example
        reject()
    written = plan_of(spec, Writer(Masking()))

    assert [*written["tasks"]] == [one.task_id for one in spec.tasks]
    assert [*written["groups"]] == [one.group_id for one in spec.groups]
    for one in spec.tasks:
        assert written["tasks"][one.task_id].get("upstream", []) == sorted(one.upstream)
        assert written["tasks"][one.task_id].get("group") == one.group_id
    assert set(written["edges"]) == {f"{edge.upstream} >> {edge.downstream}" for edge in spec.edges}


class Quality(TaskGroup):
    def __init__(self, group_id: str) -> None:
        super().__init__(group_id)


def _make_load(name: str, password: str = "") -> None: ...


def test_a_native_function_is_told_by_its_source() -> None:
    """
    The function or class with its arguments, not what it makes; secrets are hidden.
    """
    from airflow.sdk import task as airflow_task
    from airflow.sdk import task_group

    @airflow_task(retries=3)
    def double(n: int) -> int:
        return 2 * n

    @task_group(tooltip="In it")
    def doubled(n: int) -> None: ...

    pipeline = (
        Pipeline("p")
        .task("load", native(_make_load, "load", "hunter2"), pool="big")
        .task("quality", native(Quality, "quality"))
        .task("double", native(double, 2))
        .task("doubled", native(doubled.expand, n=[1]))
    )
    tasks = _plan(pipeline)["tasks"]
    runs = {name: task["runs"] for name, task in tasks.items()}
    assert {runs["kind"] for runs in runs.values()} == {"native"}
    assert tasks["load"]["options"] == {"pool": "big"}
    assert runs["load"]["args"] == ["load", {"$": "hidden"}]
    assert [name for name, call in runs.items() if "source" not in call["function"]] == []
    assert runs["double"]["settings"]["retries"] == 3
    assert (runs["doubled"]["method"], runs["doubled"]["settings"]["tooltip"]) == ("expand", "In it")
    assert [format_call(runs) for runs in runs.values()] == [
        "native _make_load('load', ***)",
        "native Quality('quality')",
        "native double(2)",
        "native doubled.expand(n=[1])",
    ]
