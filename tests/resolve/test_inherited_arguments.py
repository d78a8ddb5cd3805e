"""
Which operators get what from `.operator_defaults(…)`, and what is refused there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs
import pytest

from flowkit import Group, Pipeline, each, each_group, operator, over, params, python, task
from tests.recorded import untyped
from tests.resolve.locations import mark, problems


class BaseOperator:
    """Stands for Airflow's: operators are recognized by this name."""

    def __init__(self, *, task_id: str, retries: int = 0, **kwargs: Any) -> None: ...


class Query(BaseOperator):
    """An operator with a required argument."""

    template_fields = ("sql",)

    def __init__(self, *, sql: str, conn_id: str, fetch: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Copy(BaseOperator):
    """Another operator."""

    def __init__(self, *, source: str = "", conn_id: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Pops(BaseOperator):
    """An operator whose signature does not name its argument."""

    def __init__(self, **kwargs: Any) -> None:
        self.table = kwargs.pop("table")
        super().__init__(**kwargs)


class Fixed(Query):
    """An operator that sets an argument of its base itself."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(conn_id="fixed", **kwargs)


class Swallows(BaseOperator):
    """An operator that may take anything."""

    def __init__(self, *, task_id: str, **kwargs: Any) -> None:
        self.kwargs = kwargs
        super().__init__(task_id=task_id)


OPERATOR: Any = operator


def query(**kwargs: Any) -> Any:
    """
    Return the action of a query.
    """
    return OPERATOR(Query, **kwargs)


def fn(value: object = None) -> list[int]:
    """What the functions do."""
    return []


def test_the_nearest_wins() -> None:
    """Pipeline < group < nested group < the operator; a later call wins over an earlier one."""
    inner = Group("inner").operator_defaults(conn_id="inner").task("c", query(sql=""))
    spec = (
        Pipeline("p")
        .operator_defaults(conn_id="first", source="s")
        .operator_defaults(conn_id="second")
        .task("a", query(sql=""))
        .then(Group("outer").operator_defaults(fetch=True).task("b", query(sql="")).then(inner))
        .task("own", query(sql="", conn_id="own"))
        .task("copy", OPERATOR(Copy))
        .task("nothing")
        .task("python", python(fn))
        .build()
    )

    assert {task.task_id: dict(task.operator_defaults) for task in spec.tasks} == {
        "a": {"conn_id": "second"},
        "outer.b": {"conn_id": "second", "fetch": True},
        "outer.inner.c": {"conn_id": "inner", "fetch": True},
        "own": {},
        "copy": {"conn_id": "second", "source": "s"},
        "nothing": {},
        "python": {},
    }
    sources = [
        spec.operator_default_source(spec.task("outer.inner.c"), name) for name in ("conn_id", "fetch")
    ]
    assert sources == ["outer.inner", "outer"]
    assert spec.operator_default_source(spec.task("a"), "conn_id") is None


def test_defaults_count_for_missing_arguments() -> None:
    """Also for mapped operators; only what is still missing is reported."""
    pipeline = Pipeline("p").operator_defaults(conn_id="x")

    pipeline.task("a", query(sql="")).build()
    pipeline.task("a", query(sql=over(["x"]))).build()
    assert ["FK302 Query is missing 'sql'." in text for text in problems(pipeline.task("a", query()))] == [
        True
    ]


def test_mapped_arguments_win() -> None:
    """What an operator is mapped over is given to it."""
    spec = (
        Pipeline("p")
        .operator_defaults(conn_id="x", fetch=True)
        .task("a", query(sql="", conn_id=over(["y"])))
        .build()
    )

    assert spec.task("a").operator_defaults == {"fetch": True}


def test_fk309_a_name_that_nothing_takes() -> None:
    """With the nearest name below, or the word for options."""
    pipeline = (
        Pipeline("p")
        .operator_defaults(con_id="x")
        .operator_defaults(retires=3)
        .then(Group("g").operator_defaults(source="s").task("a", query(sql="", conn_id="")))
        .then(Group("h").operator_defaults(conn_id="s").task("b", python(fn)))
    )

    here = mark()
    assert problems(pipeline) == [
        f"{here(-6)}: FK309 Pipeline('p').operator_defaults() got 'con_id', which no operator below takes. "
        "Did you mean 'conn_id'?",
        f"{here(-5)}: FK309 Pipeline('p').operator_defaults() got 'retires', which no operator below takes. "
        "Did you mean .defaults(retries=…)?",
        f"{here(-4)}: FK309 Group('g').operator_defaults() got 'source', which no operator below takes. "
        "Their arguments are: conn_id, fetch, sql.",
        f"{here(-3)}: FK309 Group('h').operator_defaults() got 'conn_id', which no operator below takes. "
        "Remove it: only operator(…) and sensors get these defaults, functions of python(…) do not.",
    ]


def test_a_default_that_is_always_overridden_is_taken() -> None:
    """By a nearer group, or by the operators themselves."""
    nearer = Group("g").operator_defaults(conn_id="y").task("a", query(sql=""))

    Pipeline("p").operator_defaults(conn_id="x").then(nearer).build()
    Pipeline("p").operator_defaults(conn_id="x").task("a", query(sql="", conn_id="")).build()


def test_fk309_options_and_what_flowkit_sets() -> None:
    """They are refused by the call itself."""
    here = mark()
    pipeline = Pipeline("p").operator_defaults(retries=3, pod=None, task_id="x", default_args={}).task("a")

    assert problems(pipeline) == [
        f"{here(1)}: FK309 Pipeline('p').operator_defaults() got 'retries', which is an option of tasks. "
        "Write .defaults(retries=…).",
        f"{here(1)}: FK309 Pipeline('p').operator_defaults() got 'pod', which is an option of tasks. "
        "Write .defaults(pod=…).",
        f"{here(1)}: FK309 Pipeline('p').operator_defaults() got 'task_id', which flowkit itself sets. "
        "The id is the first argument of task(…).",
        f"{here(1)}: FK309 Pipeline('p').operator_defaults() got 'default_args', which flowkit itself sets. "
        "Pass each argument by name: .operator_defaults(conn_id=…).",
    ]


@attrs.frozen
class Settings:
    """Params of a run."""

    table: str = "orders"


def test_fk202_values_of_a_run() -> None:
    """Outputs, params and items of mapped groups belong to single tasks."""
    first = task("first", python(fn))
    for value in (first.output, [first.output], {"a": first.output}, untyped(params(Settings)).table):
        pipeline = Pipeline("p", params=Settings).then(first).operator_defaults(sql=value)
        (text,) = problems(pipeline.task("a", query(conn_id="")))
        assert (
            "FK202 Pipeline('p').operator_defaults() gives 'sql' a value that is known only when a task runs"
            in text
        )

    def build(item: Any) -> Group:
        return Group("g").operator_defaults(sql=item).task("a", query(conn_id=""))

    (text,) = problems(Pipeline("p").then(each_group(build, over([1, 2]))))
    assert " FK202 Group('g').operator_defaults() gives 'sql' a value" in text


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (over(["x"]), "FK206"),
        ("a\0b", "FK213"),
        (float("nan"), "FK213"),
        (2**70, "FK213"),
        (object(), "FK204"),
        (datetime(1, 1, 1), "FK213"),
    ],
)
def test_values_that_airflow_cannot_store(value: Any, code: str) -> None:
    """Once, at the line of the defaults, however many operators take them."""
    here = mark()
    pipeline = Pipeline("p").operator_defaults(sql=value)
    for name in "ab":
        pipeline = pipeline.task(name, query(conn_id=""))

    (text,) = problems(pipeline)
    assert text.startswith(f"{here(1)}: {code} Pipeline('p').operator_defaults() gives 'sql' ")


def test_values_become_exact() -> None:
    """Subclasses of plain types become these, as among arguments."""

    class Name(str):  # noqa: SLOT000
        """A text of its own type."""

    spec = Pipeline("p").operator_defaults(conn_id=Name("x")).task("a", query(sql="")).build()

    assert type(spec.operator_defaults["conn_id"]) is str
    assert type(spec.task("a").operator_defaults["conn_id"]) is str


def test_functions_are_not_checked_against_defaults() -> None:
    """A parameter with the name of a default is the author's to give."""
    pipeline = (
        Pipeline("p")
        .operator_defaults(value=1)
        .task("q", query(sql="", conn_id=""))
        .task("e", each(fn, over([1])))
    )

    assert [" FK309 " in text for text in problems(pipeline)] == [True]


def test_fk005_names_the_word() -> None:
    """`.defaults(…)` and `default_args=` lead to `.operator_defaults(…)`."""
    pipeline: Any = Pipeline

    made = pipeline("p", default_args={}).defaults(bash_command="x").task("a")

    assert [text.partition(" FK005 ")[2] for text in problems(made)] == [
        "Pipeline('p') got 'default_args', which flowkit does not accept. Pass options of tasks to .defaults(…), and "
        "arguments of operators to .operator_defaults(…).",
        "Pipeline('p').defaults() got 'bash_command', which does not exist. If it is an argument of operators, write "
        ".operator_defaults(bash_command=…).",
    ]


def test_arguments_that_no_signature_names() -> None:
    """Airflow would not fill them in, so they are given with the call."""
    spec = Pipeline("p").operator_defaults(table="t").task("a", OPERATOR(Pops)).build()

    action: Any = spec.task("a").action
    assert action.kwargs == {"table": "t"}
    assert spec.task("a").operator_defaults == {}


def test_fk309_an_argument_that_the_class_sets() -> None:
    """A default would have no effect."""
    pipeline = Pipeline("p").operator_defaults(conn_id="x").task("a", OPERATOR(Fixed, sql=""))

    assert [" FK309 " in text for text in problems(pipeline)] == [True]


def test_operators_that_may_take_anything() -> None:
    """A name cannot be wrong where one of them is below."""
    spec = Pipeline("p").operator_defaults(con_id="x").task("a", OPERATOR(Swallows)).build()

    assert spec.task("a").operator_defaults == {}
