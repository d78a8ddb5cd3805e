"""
Task decorators, read from the sources of the providers.
"""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from flowkit import Pipeline, PipelineError, each, over, python
from flowkit.analysis import modules
from flowkit.model.collection import collecting
from flowkit.rules import decorators
from flowkit.rules.decorators import installed_decorators
from flowkit.rules.signatures import constructor_of
from tests.support import ROOT

_HAS_PODS = "kubernetes_cmd" in (installed_decorators() or ())


def tell(text: str) -> None:
    """Tells it."""


def problems(name: str, /, **arguments: Any) -> list[str]:
    """Return what is wrong with `.by(name, …)` in a file that flowkit loads."""
    with collecting("etl.py", "etl"):
        try:
            Pipeline("p").task("tell", python(tell, "done").by(name, **arguments)).build()
        except PipelineError as error:
            return [f"{one.code} {one.message} {one.hint}" for one in error.problems]
    return []


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A module that is the only installed provider."""
    entry = EntryPoint("provider_info", "someones_provider:info", "apache_airflow_provider")
    monkeypatch.setattr(decorators, "entry_points", lambda **_: [entry])
    monkeypatch.syspath_prepend(tmp_path)
    caches = (
        modules.clear_caches,
        decorators.installed_decorators.cache_clear,
        decorators._constructor_of.cache_clear,
    )
    for forget in caches:
        forget()
    yield tmp_path / "someones_provider.py"
    for forget in caches:
        forget()


def test_the_sources_say_what_airflow_says() -> None:
    """Which decorators there are, and at least the arguments that the class of each one's operator takes."""
    from airflow.sdk import task

    from flowkit.airflow.compat import AIRFLOW_VERSION
    from flowkit.airflow.compat import decorators as real

    known, shown = installed_decorators(), set()
    assert known is not None
    assert sorted(known) == sorted(real())
    for name, path in known.items():
        taken = decorators._constructor_of(path)
        made: Any = getattr(task, name)
        given = {"python": sys.executable} if "python" in inspect.signature(made).parameters else {}
        if taken is not None:
            assert taken.own >= constructor_of(made(**given)(tell).operator_class).own, name
            shown.add(name)
    # With Airflow 3.1 the classes of a few import their bases in a way that the source does not show.
    assert shown >= {"python", "bash", "virtualenv", "external_python", "sensor"}
    assert shown == set(known) or AIRFLOW_VERSION.startswith("3.1.")


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("virtualenv", {"requirements": ["attrs"], "retries": 2, "multiple_outputs": False}, []),
        ("external_python", {"python": "python"}, []),
        ("sensor", {"mode": "reschedule", "poke_interval": 60}, []),
        pytest.param(
            *("kubernetes_cmd", {"image": "python", "name": "pod"}, []),
            marks=pytest.mark.skipif(not _HAS_PODS, reason="the provider for Kubernetes is not installed"),
        ),
        ("stub", {"queue": "go"}, []),
        ("virtual_env", {}, ["FK308 There is no decorator @task.virtual_env. Did you mean 'virtualenv'?"]),
        ("__init__", {}, ["FK308 There is no decorator @task.__init__. Is its provider installed?"]),
        ("xyz", {"a": 1}, ["FK308 There is no decorator @task.xyz. Is its provider installed?"]),
        (
            "virtualenv",
            {"requirments": [], "sistem_site_packages": True},
            [
                "FK301 @task.virtualenv got an unexpected argument 'requirments'. Did you mean 'requirements'?",
                "FK301 @task.virtualenv got an unexpected argument 'sistem_site_packages'. "
                "Did you mean 'system_site_packages'?",
            ],
        ),
        ("sensor", {"poke_intervall": 1}, ["FK301 @task.sensor got an unexpected argument 'poke_intervall'. "
                                           "Did you mean 'poke_interval'?"]),
        (
            "bash",
            {"task_id": "x", "op_args": [], "pod": None},
            [
                "FK303 .by('bash', …) got 'task_id', which flowkit itself sets. "
                "The id is the first argument of task(…).",
                "FK303 .by('bash', …) got 'op_args', which flowkit itself sets. "
                "Leave it out.",
                "FK303 .by('bash', …) got 'pod', which is an option of the task. "
                "Pass it to the task: task(…, pod=…).",
            ],
        ),
    ],
)  # fmt: skip
def test_what_a_decorator_takes(name: str, arguments: dict[str, Any], said: list[str]) -> None:
    """Its own arguments and those of the task are accepted; an unexpected argument is a problem."""
    assert problems(name, **arguments) == said


def test_a_mapped_call() -> None:
    """The decorator of a mapped call is looked at, too."""
    action = each(tell, over(["a", "b"])).by("virtualenv", requirments=[])
    with collecting("etl.py", "etl"), pytest.raises(PipelineError) as caught:
        Pipeline("p").task("tell", action).build()

    assert [one.code for one in caught.value.problems] == ["FK301"]


def test_a_spec_can_be_built_without_the_provider() -> None:
    """Where none of flowkit's commands loads the file, the name is taken as it is."""
    assert Pipeline("p").task("tell", python(tell, "done").by("docker", image="python")).build().dag_id == "p"


PROBE = """
import sys, json
from pathlib import Path
from flowkit.project.loading import load
loaded = load(Path(sys.argv[1]))
print(json.dumps([str(p) for f in loaded.files for b in f.broken for p in b.problems]))
print("airflow" in sys.modules)
"""


def test_nothing_of_airflow_is_imported(tmp_path: Path) -> None:
    """The file and its decorators are checked by their sources alone."""
    (tmp_path / "etl.py").write_text(
        textwrap.dedent(
            """
            from flowkit import Pipeline, python
            from flowkit.airflow.dags import register

            register(
                Pipeline("a").task("tell", python(print, 1).by("virtualenv", requirments=[])),
                Pipeline("b").task("tell", python(print, 1).by("virtual_env")),
                Pipeline("c").task("tell", python(print, 1).by("virtualenv", requirements=[])),
            )
            """
        ),
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", PROBE, "etl.py"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    said, imported = done.stdout.splitlines()

    assert imported == "False"
    assert [one.partition(" ")[2][:5] for one in json.loads(said)] == ["FK301", "FK308"]


FACTORY = """
def task_decorator_factory(**kwargs): ...

class BaseOperator:
    def __init__(self, *, task_id, **kwargs): ...

class Operator(BaseOperator):
    def __init__(self, *, image, python_callable, name=None, **kwargs):
        self.odd = kwargs.pop("odd", None)
        super().__init__(**kwargs)

def remote(python_callable=None, *, host, **kwargs):
    return task_decorator_factory(decorated_operator_class=Operator, name=host, **kwargs)

def busy(python_callable=None, **kwargs):
    kwargs.setdefault("image", kwargs.pop("picture"))
    return task_decorator_factory(decorated_operator_class=Operator, **kwargs)

def info():
    return {
        "package-name": "someones-provider",
        "versions": [VERSION],
        "task-decorators": [
            {"name": "remote", "class-name": "someones_provider.remote"},
            {"name": "busy", "class-name": "someones_provider.busy"},
            {"name": "away", "class-name": "nowhere.away"},
        ],
    }
"""


def test_a_provider_of_somebody_else(provider: Path) -> None:
    """What constructors pop is an argument; what the decorator needs has to be given; an unclear one passes."""
    provider.write_text(FACTORY, encoding="utf-8")

    assert problems("remote", host="h", image="i", odd=1) == []
    assert problems("remote", image="i", evn=1) == [
        "FK301 @task.remote got an unexpected argument 'evn'. Its arguments are: host, image, name, odd.",
        "FK302 @task.remote is missing 'host'. Write .by(\"remote\", host=…).",
    ]
    assert problems("remote") == [
        "FK302 @task.remote is missing 'host', 'image'. Write .by(\"remote\", host=…, image=…)."
    ]
    assert problems("busy", anything=1) == []
    assert problems("away", anything=1) == []
    assert [one[:5] for one in problems("remot", host="h")] == ["FK308"]


@pytest.mark.parametrize(
    "text",
    [
        "info = 1",
        "def info():\n    return read()",
        "def info():\n    if x:\n        return {}\n    return {}",
        "def info():\n    return {**more}",
        'def info():\n    return {"task-decorators": made()}',
        'def info():\n    return {"task-decorators": [{"name": "x"}]}',
        'def info():\n    return {"task-decorators": [1]}',
        "def info(:",
        "",
        "def info():\n    return {}",
    ],
)
def test_a_provider_that_does_not_show_what_it_has(provider: Path, text: str) -> None:
    """Then, or when there is none at all, nothing is said: Airflow's parse has the last word."""
    provider.write_text(text, encoding="utf-8")

    assert installed_decorators() is None
    assert problems("virtual_env", requirments=[]) == []


def test_a_provider_without_a_module(provider: Path) -> None:
    """A provider whose module is gone shows nothing either."""
    assert not provider.exists()
    assert installed_decorators() is None
