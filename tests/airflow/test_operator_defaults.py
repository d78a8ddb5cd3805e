"""
`.operator_defaults(…)`: the same DAG as with Airflow's `default_args`, but functions never get them.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from airflow.providers.standard.sensors.bash import BashSensor
from airflow.sdk import DAG, BaseOperator, TaskGroup

from flowkit import Group, Pipeline, each, native, operator_of, over, python
from flowkit.airflow.compile import compile_pipeline
from tests import support
from tests.recorded import untyped


class Query(BaseOperator):
    """An operator with a required argument that is often a default."""

    template_fields = ("sql", "conn_id")

    def __init__(self, *, sql: str, conn_id: str, options: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sql = sql
        self.conn_id = conn_id
        self.options = options


class Fixed(Query):
    """A subclass that sets the argument itself."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(conn_id="fixed", **kwargs)


BY_HAND: Any = Query
"""The operator as hand-written DAGs use it, whose arguments no type checker finds in `default_args`."""


def count(table: str, conn_id: str = "own") -> str:
    """
    Return where the rows are counted.
    """
    return f"{conn_id}.{table}"


def compiled(pipeline: Pipeline) -> Any:
    """
    Return the DAG of *pipeline*.
    """
    return compile_pipeline(pipeline.build(), fileloc=__file__)


def same(pipeline: Pipeline, dag: DAG) -> bool:
    """
    Return whether Airflow stores the same for both.
    """
    made = compiled(pipeline)
    dag.doc_md = made.doc_md
    assert support.serialized(made) == support.serialized(dag)
    return True


def test_defaults_are_default_args() -> None:
    """Pipeline < group < nested group < the operator; beside options."""
    nested = Group("inner").operator_defaults(conn_id="inner").task("c", operator_of(Query, sql="c"))
    pipeline = (
        Pipeline("p")
        .defaults(retries=2)
        .operator_defaults(conn_id="shop", poke_interval=5.0)
        .task("a", operator_of(Query, sql="a"))
        .group("outer")
        .defaults(owner="team")
        .operator_defaults(conn_id="eu", options={"fetch": [1, 2]})
        .task("b", operator_of(Query, sql="b"))
        .task("own", operator_of(Query, sql="b", conn_id="mine"))
        .then(nested)
        .task("wait", operator_of(BashSensor, bash_command="true"))
        .end()
    )
    with DAG("p", default_args={"retries": 2, "conn_id": "shop", "poke_interval": 5.0}) as dag:
        first = BY_HAND(task_id="a", sql="a")
        mine = {"owner": "team", "conn_id": "eu", "options": {"fetch": [1, 2]}}
        with TaskGroup("outer", default_args=untyped(mine)) as outer:
            second = BY_HAND(task_id="b", sql="b")
            third = BY_HAND(task_id="own", sql="b", conn_id="mine")
            with TaskGroup("inner", default_args=untyped({**mine, "conn_id": "inner"})) as inner:
                BY_HAND(task_id="c", sql="c")
            wait = BashSensor(task_id="wait", bash_command="true")
            second.set_downstream(third)
            third.set_downstream(inner)
            inner.set_downstream(wait)
        first.set_downstream(outer)

    assert same(pipeline, dag)


def test_a_class_that_sets_the_argument_keeps_it() -> None:
    """As with `default_args`: no second value, no error."""
    pipeline = Pipeline("p").operator_defaults(conn_id="shop")
    with DAG("p", default_args={"conn_id": "shop"}) as dag:
        BY_HAND(task_id="a", sql="a").set_downstream(Fixed(task_id="b", sql="b"))

    assert same(pipeline.task("a", operator_of(Query, sql="a")).task("b", operator_of(Fixed, sql="b")), dag)
    fixed: Any = dag.get_task("b")
    assert fixed.conn_id == "fixed"


def test_mapped_operators_and_their_instances() -> None:
    """Airflow gives the defaults to instances of mapped operators when they run."""
    pipeline = (
        Pipeline("p")
        .operator_defaults(conn_id="shop")
        .group("g")
        .operator_defaults(options={"a": 1})
        .task("a", operator_of(Query, sql=over(["x", "y"])))
        .task("b", operator_of(Query, sql="z", conn_id=over(["x", "y"])))
        .end()
    )
    with (
        DAG("p", default_args={"conn_id": "shop"}) as dag,
        TaskGroup("g", default_args=untyped({"options": {"a": 1}})),
    ):
        first = BY_HAND.partial(task_id="a").expand(sql=["x", "y"])
        first.set_downstream(BY_HAND.partial(task_id="b", sql="z").expand(conn_id=["x", "y"]))

    assert same(pipeline, dag)
    tasks = compiled(pipeline).task_dict
    instance = tasks["g.a"].unmap({"sql": "x"})
    assert (instance.conn_id, instance.options) == ("shop", {"a": 1})
    assert tasks["g.b"].unmap({"conn_id": "x"}).conn_id == "x"


def test_functions_never_get_them() -> None:
    """Neither plain nor mapped ones, nor those of decorators, though a parameter has the name of a default."""
    pipeline = (
        Pipeline("p")
        .defaults(retries=3)
        .operator_defaults(conn_id="shop")
        .task("q", operator_of(Query, sql="a"))
        .task("plain", python(count, "t"))
        .task("many", each(count, over(["t"])))
        .task("choose", python(count, "t").by("short_circuit"))
    )

    tasks = compiled(pipeline).task_dict

    for name in ("plain", "choose"):
        assert tasks[name].op_kwargs == {}
    instance = tasks["many"].unmap({"op_kwargs": {"table": "t"}})
    assert (instance.op_kwargs, instance.retries) == ({"table": "t"}, 3)
    assert tasks["many"].dag.default_args["conn_id"] == "shop"


@attrs.frozen
class Options:
    """A record among the defaults."""

    columns: frozenset[str]
    wait: timedelta = timedelta(hours=1)


@pytest.mark.parametrize("mapped", [False, True])
def test_record_arrive_as_such(mapped: bool) -> None:
    """Constructors see the value itself, and the stored form is the same in every process."""
    options = Options(frozenset({"b", "a"}))
    sql: Any = over(["x"]) if mapped else "x"
    pipeline = (
        Pipeline("p").operator_defaults(conn_id="c", options=options).task("a", operator_of(Query, sql=sql))
    )

    dag = compiled(pipeline)
    task: Any = dag.get_task("a")
    instance = task.unmap({"sql": "x"}) if mapped else task
    assert instance.options == options
    assert "frozenset" not in str(support.serialized(dag))


def test_templates_are_rendered_where_the_operator_renders() -> None:
    """A default is an argument like others."""
    pipeline = Pipeline("p").operator_defaults(conn_id="{{ ds }}").task("a", operator_of(Query, sql="x"))

    task: Any = compiled(pipeline).get_task("a")
    task.render_template_fields({"ds": "2026-01-01"})
    assert task.conn_id == "2026-01-01"


def make_query() -> Any:
    """
    Return an operator that Airflow's own code makes.
    """
    return BY_HAND(task_id="made", sql="x")


def test_what_native_makes() -> None:
    """It inherits from the pipeline and its groups, and no name is known to be wrong."""
    options = Options(frozenset({"a"}))
    pipeline = (
        Pipeline("p")
        .operator_defaults(conn_id="shop", unknown=1)
        .task("made", native(make_query))
        .group("g")
        .operator_defaults(conn_id="eu", options=options)
        .task("made", native(make_query))
        .end()
    )

    tasks = compiled(pipeline).task_dict
    assert (tasks["made"].conn_id, tasks["made"].options) == ("shop", None)
    assert (tasks["g.made"].conn_id, tasks["g.made"].options) == ("eu", options)


FILE = """
from flowkit import Group, Pipeline, generate, lazy_imports, operator
from flowkit.airflow.dags import register

with lazy_imports():
    from airflow.providers.standard.operators.bash import BashOperator

def build(name):
    group = Group("g").operator_defaults(bash_command="y", cwd=f"/{name}").task("a", operator(BashOperator))
    return Pipeline(name).operator_defaults(cwd="/").then(group).task("b", operator(BashOperator, bash_command="x"))

register(generate(build, ["one", "two"], dag_id=str))
"""


@pytest.mark.parametrize("wanted", [None, "two"])
def test_lazily_imported_operators_and_pruned_workers(
    wanted: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that loads one DAG gives its operators the same."""
    file = tmp_path / "two.py"
    file.write_text(FILE)
    if wanted:
        monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", wanted)

    bag = support.load_dags(file)

    assert bag.import_errors == {}
    assert ("one" in bag.dags) is (wanted is None)
    task: Any = bag.dags["two"].get_task("g.a")
    assert (task.bash_command, task.cwd) == ("y", "/two")
