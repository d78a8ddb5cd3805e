"""
What flowkit knows of constructors is what Airflow does, and operators are created as Airflow creates them.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from airflow.sdk import DAG, BaseOperator

import flowkit
from flowkit import Group, Pipeline, PipelineError, over, python, task
from flowkit.airflow.compile import compile_pipeline
from flowkit.rules.signatures import constructor_of
from tests.analysis import operator_shapes
from tests.analysis.test_constructor_chain import OPEN, SHAPES

# The operators below are not known to type checkers.
operator: Any = flowkit.operator

_BASE = "from tests.analysis.operator_base import BaseOperator"
# Airflow cannot create these at all.
_REJECTED_BY_AIRFLOW = {"Closed", "ClosedWithOption", "GivesByPosition", "FixesId", "Diamond", "Mixed"}
# What these need depends on their arguments.
_LENIENT = {"FixesSometimes", "PopsInExpression", "PopsSometimes", "ReturnsEarly"}


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The operators of `operator_shapes`, with Airflow's base."""
    text = Path(operator_shapes.__file__).read_text(encoding="utf-8")
    folder = tmp_path_factory.mktemp("shapes")
    start, _, _ = text.partition("class Meta(type)")  # no metaclass besides Airflow's
    (folder / "airflow_shapes.py").write_text(start.replace(_BASE, "from airflow.sdk import BaseOperator"))
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module("airflow_shapes")
    finally:
        sys.path.remove(str(folder))


def rejection(cls: Any, **arguments: Any) -> str:
    """Why Airflow does not create the operator; empty if it does."""
    try:
        with DAG("p", schedule=None):
            cls(task_id="a", **arguments)
    except (TypeError, KeyError) as error:
        return str(error) or "no message"
    return ""


@pytest.mark.parametrize("name", sorted(SHAPES.keys() - _REJECTED_BY_AIRFLOW - _LENIENT - {"Registered"}))
def test_airflow_agrees(shapes: ModuleType, name: str) -> None:
    """It takes the required arguments and the others; it needs all of the former, and no fixed one."""
    cls = getattr(shapes, name)
    known = constructor_of(cls)
    needed = dict.fromkeys(known.required, "x")

    assert rejection(cls, **needed) == ""
    for argument in known.own - known.required - known.options:
        assert rejection(cls, **needed, **{argument: "x"}) == "", argument
    for argument in known.fixed:
        assert "multiple values" in rejection(cls, **needed, **{argument: 1}), argument
    if name not in {"Unpacks", "UnpacksInherited"}:  # checked by their types only
        for argument in needed:
            others = {key: value for key, value in needed.items() if key != argument}
            assert rejection(cls, **others), argument
        assert rejection(cls, **needed, unknown="x")


@pytest.mark.parametrize("name", sorted(OPEN))
def test_airflow_needs_what_is_required_of_open_ones(shapes: ModuleType, name: str) -> None:
    """Where anything may be accepted, what is required is required by Airflow, too."""
    cls = getattr(shapes, name)
    needed = dict.fromkeys(constructor_of(cls).required, "x")

    for argument in needed:
        others = {key: value for key, value in needed.items() if key != argument}
        assert rejection(cls, **others), argument


def table_name() -> str:
    """Returns a text."""
    return "b"


def compiled(pipeline: Pipeline) -> DAG:
    return compile_pipeline(pipeline.build(), fileloc=__file__)


class Closed(BaseOperator):
    """Takes nothing but its own arguments."""

    template_fields = ("table",)

    def __init__(self, *, task_id: str, table: Any, retries: int = 1) -> None:
        super().__init__(task_id=task_id, retries=retries)
        self.table = table
        self.seen = type(self).__name__


class ClosedChild(Closed):
    """Has no constructor of its own."""


class Swallows(BaseOperator):
    """Keeps what it is given."""

    def __init__(self, *, task_id: str, **kwargs: Any) -> None:
        super().__init__(task_id=task_id)
        self.given = kwargs


@pytest.mark.parametrize("cls", [Closed, ClosedChild])
def test_a_closed_constructor(cls: type[Any]) -> None:
    """It is created in its DAG and group, takes the option that it names, and inherited ones."""
    wait = task("wait", python(table_name))
    load = task("load", operator(cls, table=wait.output), retries=7)
    other = task("other", operator(cls, table="b"))
    pipeline = Pipeline("p").defaults(owner="me", pool_slots=3).then(wait).then(Group("g").then(load, other))

    dag = compiled(pipeline)
    made: Any = dag.get_task("g.load")

    assert type(made) is cls
    assert made.seen == cls.__name__
    assert (made.owner, made.pool_slots, made.retries) == ("me", 3, 7)
    assert made.task_group is not None
    assert made.task_group.group_id == "g"
    assert made.upstream_task_ids == {"wait"}
    assert dag.get_task("g.other").retries == 1
    assert made.dag is dag
    assert dag.default_args["owner"] == "me"


def test_a_constructor_that_swallows() -> None:
    """Options of the task and inherited ones take effect, although it passes none of them on."""
    load = task("load", operator(Swallows, anything=1), retries=7)
    dag = compiled(Pipeline("p").defaults(owner="me").then(Group("g").then(load)))
    made: Any = dag.get_task("g.load")

    assert (made.owner, made.retries) == ("me", 7)
    assert made.given["anything"] == 1
    assert made.dag is dag


@pytest.mark.parametrize("name", ["Grabs", "PopsContext"])
def test_a_constructor_that_keeps_its_dag_or_group(shapes: ModuleType, name: str) -> None:
    """It is in both all the same, as within `with DAG(…)`."""
    arguments = {"command": ""} if name == "Grabs" else {}
    load = task("load", operator(getattr(shapes, name), **arguments), retries=7)
    dag = compiled(Pipeline("p").defaults(owner="me").then(Group("g").then(load)))
    made: Any = dag.get_task("g.load")

    assert (made.owner, made.retries, made.dag) == ("me", 7, dag)


def test_fk312_options_that_a_closed_constructor_does_not_take() -> None:
    """The option is named; mapping needs all of them."""
    with pytest.raises(PipelineError, match=r"FK312 Closed does not take the option 'pool'"):
        Pipeline("p").task("a", operator(Closed, table=""), pool="x").build()
    with pytest.raises(PipelineError, match=r"FK312 Closed cannot be mapped"):
        Pipeline("p").task("a", operator(Closed, table=over(["a"]))).build()


@pytest.mark.parametrize(
    ("name", "options", "found"),
    [
        ("FixesOption", {"retries": 1}, r"FK311 FixesOption got 'retries', which it sets itself"),
        ("FixesId", {}, r"FK311 FixesId sets task_id itself"),
    ],
)
def test_fk311_options_that_a_class_sets(
    shapes: ModuleType, name: str, options: dict[str, Any], found: str
) -> None:
    """Own options, not inherited ones."""
    action = operator(getattr(shapes, name), command="")
    with pytest.raises(PipelineError, match=found):
        Pipeline("p").task("a", action, **options).build()


def test_an_inherited_option_that_a_class_sets(shapes: ModuleType) -> None:
    """The class keeps its own value, as in Airflow."""
    action = operator(shapes.FixesOption, command="")
    dag = compiled(Pipeline("p").defaults(retries=5).task("a", action))

    assert dag.get_task("a").retries == 0
