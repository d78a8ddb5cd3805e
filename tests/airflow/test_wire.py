"""
What Airflow's processor could not store or send is found before it loses a file.
"""

from __future__ import annotations

import json
import math
import re
import sys
import types
from collections.abc import Callable
from datetime import datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import Enum
from functools import partial
from importlib import import_module
from pathlib import Path, PosixPath
from typing import Any, NoReturn

import pytest
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Asset, AssetAlias, BaseOperator, BaseOperatorLink, Param, TaskGroup
from airflow.timetables.base import Timetable
from airflow.timetables.simple import NullTimetable
from attrs import frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pendulum.tz.timezone import Timezone

from flowkit import Pipeline, each, operator, over, python, task
from flowkit.airflow.compat import AIRFLOW_VERSION, dag_serializer, sent_and_received
from flowkit.airflow.compile import compile_pipeline
from flowkit.airflow.wire import is_certain, problems_when_tried
from flowkit.model.pipeline import PipelineSpec

START = datetime(2026, 1, 1, tzinfo=timezone.utc)


class Text(str):
    __slots__ = ()


class Real(float):
    pass


class Number(int):
    pass


class Dict(dict[str, Any]):
    pass


class WithoutText:
    def __str__(self) -> NoReturn:
        msg = "no text"
        raise RuntimeError(msg)


class WithAddress:
    pass


class Colour(str, Enum):
    RED = "red"


class Zone(tzinfo):
    def utcoffset(self, _: object) -> NoReturn:
        msg = "no offset"
        raise RuntimeError(msg)

    dst = utcoffset
    tzname = utcoffset


@frozen
class Point:
    x: Any


class Holder(BaseOperator):
    """
    An operator that holds a value where Airflow writes it.
    """

    template_fields = ("field",)

    def __init__(self, *, field: Any = None, attribute: str = "field", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.field: Any = None
        setattr(self, attribute, field)


class WithProperty(BaseOperator):
    @property
    def doc_md(self) -> Text:
        return Text("docs")

    @doc_md.setter
    def doc_md(self, _: object) -> None: ...  # pyright: ignore[reportIncompatibleVariableOverride]


class WithLinks(BaseOperator):
    @property
    def operator_extra_links(self) -> NoReturn:  # type: ignore[override]
        msg = "no links"
        raise RuntimeError(msg)


class BrokenLink(BaseOperatorLink):
    @property
    def name(self) -> NoReturn:
        msg = "no name"
        raise RuntimeError(msg)

    def get_link(self, *_: Any, **__: Any) -> str:
        return ""


class WithBrokenLink(BaseOperator):
    operator_extra_links = (BrokenLink(),)


class WithOwnFields(BaseOperator):
    @classmethod
    def get_serialized_fields(cls) -> frozenset[str]:
        return frozenset({*BASE.get_serialized_fields(), "more"})

    more = Text("more")


class WithTemplateProperty(BaseOperator):
    template_fields = ("query",)

    @property
    def query(self) -> Text:
        return Text("select")


BASE: Any = BaseOperator


def noop(x: object = None) -> None: ...


def callback(context: object) -> None: ...


def spec_of(pipeline: Pipeline) -> PipelineSpec:
    return pipeline.build()


def compiled(pipeline: Pipeline) -> DAG:
    return compile_pipeline(pipeline.build(), fileloc=__file__)


def pipeline(**options: Any) -> Pipeline:
    return Pipeline("p", schedule="@daily", start_date=START).task("a", operator(Holder), **options)


def holding(field: Any, attribute: str = "field") -> DAG:
    """
    Return a DAG with an operator that holds *field*, set behind flowkit's back.
    """
    dag = compiled(pipeline())
    setattr(dag.task_dict["a"], attribute, field)
    return dag


def survives(dag: DAG) -> bool:
    """
    Return whether Airflow stores *dag*, sends it and reads it back.
    """
    data = dag_serializer().to_dict(dag)
    json.dumps(data, allow_nan=False, sort_keys=True).encode()
    return bool(dag_serializer().from_dict(sent_and_received(data)).task_dict)


def compiled_mapped() -> DAG:
    rows = task("rows", python(lambda: [1, 2]))
    return compiled(
        Pipeline("p").then(rows).task("b", each(noop, over(rows.output))).task("c", each(noop, over([1, 2])))
    )


CERTAIN: dict[str, Callable[[], DAG]] = {
    "python": lambda: compiled(Pipeline("p").task("a", python(noop, {"a": [1, 2.5, None, True, "ü"]}))),
    "bash": lambda: compiled(Pipeline("p").task("a", operator(BashOperator, bash_command="true"))),
    "dates": lambda: holding(
        [START, START.date(), timedelta(days=3), START.astimezone(Timezone("Europe/Berlin"))]
    ),
    "texts": lambda: holding([Path("a"), Decimal("1.5"), b"bytes", {1, 2}, frozenset({"a"}), (1, 2)]),
    "function": lambda: holding([noop, len]),
    "attrs": lambda: compiled(Pipeline("p").task("a", python(noop, Point(x={"a": 1})))),
    "callback": lambda: compiled(pipeline(on_failure_callback=callback)),
    "callback among the defaults": lambda: compiled(
        Pipeline("p").defaults(on_failure_callback=callback).task("a", python(noop))
    ),
    "asset": lambda: compiled(Pipeline("p", schedule=[Asset("s3://a/b", extra={"a": [1]})]).task("a")),
    "outlet": lambda: compiled(pipeline(outlets=[Asset("s3://a/b"), AssetAlias("c")])),
    "params": lambda: compiled(Pipeline("p", params={"a": Param(1, type="integer"), "b": "c"}).task("a")),
    "timedelta": lambda: compiled(Pipeline("p", schedule=timedelta(hours=1), start_date=START).task("a")),
    "mapped": compiled_mapped,
}


@pytest.mark.parametrize("kind", CERTAIN)
def test_usual_values_are_certain(kind: str) -> None:
    """
    They are not tried out, which would take as long as storing them.
    """
    dag = CERTAIN[kind]()
    assert is_certain(dag)
    assert survives(dag)


LOST: dict[str, Any] = {
    "text": Text("a"),
    "number": Number(3),
    "real": Real(1.5),
    "surrogate": "a\udce4",
    "NUL": "a\0",
    "key": {"a\udce4": 1},
    "65 bits": 2**64,
    "nested": {"a": [{"b": (Text("c"),)}]},
    "without a text": WithoutText(),
    "without a text, nested": [{"a": WithoutText()}],
    "NaN": math.nan,
    "infinite": -math.inf,
    "a set of texts": {Text("a")},
    "zone": datetime(2026, 1, 1, tzinfo=Zone()),
}


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_template_field_names_the_task(kind: str) -> None:
    """
    With the line of its call.
    """
    dag = holding(LOST[kind])
    assert not is_certain(dag)
    if AIRFLOW_VERSION.startswith("3.1.") and kind in {"without a text, nested", "a set of texts"}:
        assert survives(dag)  # it writes the `repr` of the container
        return
    (problem,) = problems_when_tried(dag, pipeline().build())
    assert problem.code == "FK901"
    assert problem.message.startswith("Airflow rejected task 'a': ")
    assert problem.location is not None
    assert problem.location.file == __file__
    assert problem.dag_id == "p"


FIELDS: dict[str, Any] = {
    "owner": Text("me"),
    "pool": Text("pool"),
    "queue": "a\udce4",
    "doc_md": "a\0",
    "doc": Text("docs"),
    "retries": 10**30,
    "priority_weight": Number(3),
    "retry_delay": timedelta.max,
    "execution_timeout": "soon",
    "executor_config": {"a": Real(2)},
    "start_date": datetime.max.replace(tzinfo=timezone.utc),
    "end_date": datetime(2026, 1, 1, tzinfo=Zone()),
    "outlets": [Asset("s3://a/b", extra={"a": Text("b")})],
    "inlets": [Asset("s3://a/b", extra={"a": noop})],  # type: ignore[dict-item]
    "_task_display_name": Text("A"),
    "ui_color": Text("red"),
    "start_trigger_args": Text("a"),
    "operator_extra_links": (BrokenLink(),),
    "map_index_template": "a\udce4",
    "template_fields": (Text("field"),),
}


@pytest.mark.parametrize("field", FIELDS)
def test_a_lost_field_of_an_operator_names_the_task(field: str) -> None:
    """
    Operators set them as they like, past the checks of options.
    """
    dag = compiled(pipeline())
    vars(dag.task_dict["a"])[field] = FIELDS[field]
    assert not is_certain(dag)
    (problem,) = problems_when_tried(dag, pipeline().build())
    assert "task 'a'" in problem.message


@pytest.mark.parametrize(
    "kind", [WithProperty, WithLinks, WithBrokenLink, WithOwnFields, WithTemplateProperty]
)
def test_a_class_that_computes_what_is_stored_is_tried(kind: type[BaseOperator]) -> None:
    odd: Any = kind
    made = Pipeline("p").task("good", python(noop)).task("a", operator(odd))
    dag = compiled(made)
    assert not is_certain(dag)
    (problem,) = problems_when_tried(dag, made.build())
    assert problem.message.startswith("Airflow rejected task 'a': ")


class Unregistered(Timetable):
    def infer_manual_data_interval(self, *, run_after: Any) -> Any: ...
    def next_dagrun_info(self, **_: Any) -> Any: ...


def in_airflows_name() -> Any:
    """
    Return a timetable in a module of the user's that is named like Airflow's.
    """
    module: Any = types.ModuleType("airflow.timetables.mine")
    module.NullTimetable = type("NullTimetable", (Unregistered,), {"__module__": module.__name__})
    return module.NullTimetable()


@pytest.mark.parametrize("timetable", [Unregistered, in_airflows_name])
def test_an_unregistered_timetable_is_a_problem_of_the_pipeline(timetable: Callable[[], Any]) -> None:
    dag = compiled(pipeline())
    dag.timetable = timetable()
    assert not is_certain(dag)
    (problem,) = problems_when_tried(dag, pipeline().build())
    assert problem.message.startswith("Airflow rejected the pipeline: ")


def test_a_subclass_of_a_timetable_is_tried() -> None:
    dag = compiled(pipeline())
    dag.timetable = type("NullTimetable", (NullTimetable,), {})()
    assert not is_certain(dag)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("description", Text("a")),
        ("doc_md", "a\udce4"),
        ("max_active_tasks", 10**30),
        ("default_args", {"owner": Text("me")}),
        ("default_args", {"a": WithoutText()}),
        ("tags", {Text("a")}),
        ("edge_info", {"a": {"b": {"label": Text("c")}}}),
        ("edge_info", {"a": {"b": {"label": noop}}}),
        ("dagrun_timeout", timedelta.max),
        ("params", {"a": Text("b")}),
        ("fileloc", "a\udce4"),
    ],
)
def test_a_lost_field_of_the_dag_is_a_problem_of_the_pipeline(name: str, value: Any) -> None:
    dag = compiled(pipeline())
    object.__setattr__(dag, name, value)
    assert not is_certain(dag)
    (problem,) = problems_when_tried(dag, pipeline().build())
    assert problem.message.startswith("Airflow rejected the pipeline: ")


def test_a_lost_field_of_a_group_is_a_problem_of_the_pipeline() -> None:
    dag = compiled(pipeline())
    TaskGroup("group", dag=dag, parent_group=dag.task_group).tooltip = Text("a")
    assert not is_certain(dag)
    assert problems_when_tried(dag, pipeline().build())


@pytest.mark.parametrize("attribute", ["start_date", "end_date"])
def test_a_date_that_is_none_names_the_task(attribute: str) -> None:
    """
    Airflow stores the text of an object, and computes with it when it writes the row of the DAG.
    """
    dag = holding(WithAddress(), attribute)
    assert not is_certain(dag)
    (problem,) = problems_when_tried(dag, spec_of(pipeline()))
    assert problem.message == f"Airflow rejected task 'a': its {attribute} is a str, not a datetime."


def test_an_owner_that_is_no_text_is_a_problem_of_the_pipeline() -> None:
    """
    Airflow joins the owners of all tasks into one text.
    """
    dag = holding(3, "owner")
    assert not is_certain(dag)
    (problem,) = problems_when_tried(dag, spec_of(pipeline()))
    assert "expected str instance, int found" in problem.message


def test_the_names_of_all_owners_fit_into_a_column() -> None:
    """
    PostgreSQL refuses more than 2,000 characters.
    """
    many = Pipeline("p", schedule="@daily", start_date=START)
    for number in range(300):
        many = many.task(f"task_{number}", owner=f"owner_{number}")
    assert not is_certain(compiled(many))
    (problem,) = problems_when_tried(compiled(many), spec_of(many))
    assert "the names of its owners have 3188 characters together" in problem.message
    few = Pipeline("p", schedule="@daily", start_date=START).task("a", owner="me").task("b", owner="you")
    assert is_certain(compiled(few))


@pytest.mark.parametrize("side", ["inlets", "outlets"])
def test_the_uri_of_an_asset_is_ascii(side: str) -> None:
    """
    Airflow accepts the asset in a DAG, and fails when it writes the DAGs of the file. By default the name is the URI.
    """
    dag = holding([Asset("Käufe")], side)
    assert not is_certain(dag)
    (problem,) = problems_when_tried(dag, spec_of(pipeline()))
    assert "it has an asset whose URI, which by default is its name, is not ASCII" in problem.message
    assert is_certain(holding([Asset("Käufe", uri="kaeufe")], side))


@pytest.mark.parametrize(("attribute", "value"), [("inlets", Number(3)), ("downstream_task_ids", [None])])
def test_a_field_of_another_kind_is_a_problem(attribute: str, value: object) -> None:
    """
    Airflow iterates over the one, and looks up the other.
    """
    dag = compiled(pipeline())
    vars(dag.task_dict["a"])[attribute] = value
    assert not is_certain(dag)
    assert problems_when_tried(dag, spec_of(pipeline()))


def test_every_lost_task_is_named() -> None:
    made = Pipeline("p").task("a", operator(Holder)).task("b", operator(Holder)).task("c", python(noop))
    dag = compiled(made)
    for name in ("a", "b"):
        vars(dag.task_dict[name])["field"] = WithoutText()
    problems = problems_when_tried(dag, made.build())
    assert [re.findall(r"task '(\w)'", problem.message) for problem in problems] == [["a"], ["b"]]


def test_what_is_unknown_but_fine_has_no_problem() -> None:
    dag = holding([Colour.RED, Dict(a=1), partial(noop, 1)])
    assert not is_certain(dag)
    assert problems_when_tried(dag, pipeline().build()) == []


# Hypothesis compares what it chooses from.
SAMPLES = [value for value in (*LOST.values(), *FIELDS.values()) if not isinstance(value, datetime)]
ODD: st.SearchStrategy[Any] = st.deferred(
    lambda: st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.integers(2**60, 2**70),
        st.floats(),
        st.text(st.characters(), max_size=3),
        st.binary(max_size=3),
        st.datetimes(),
        st.timedeltas(),
        st.dates(),
        st.times(),
        st.decimals(),
        st.uuids(),
        st.sampled_from(
            [
                *SAMPLES,
                noop,
                len,
                Colour.RED,
                PosixPath("a\udce4"),
                Point(1),
                Dict(a=1),
                sys,
                NoReturn,
            ]
        ),
        st.lists(ODD, max_size=2),
        st.dictionaries(st.text(st.characters(), max_size=2) | st.integers(), ODD, max_size=2),
        st.lists(ODD, max_size=2).map(tuple),
    )
)
PLACES = (
    *(
        "field",
        "owner",
        "pool",
        "retries",
        "retry_delay",
        "executor_config",
        "doc_md",
        "outlets",
        "inlets",
        "params",
    ),
    *(
        "start_date",
        "ui_color",
        "on_failure_callback",
        "start_trigger_args",
        "template_fields",
        "python_callable",
    ),
    *(
        "weight_rule",
        "trigger_rule",
        "email",
        "resources",
        "task_id",
        "_pre_execute_hook",
        "operator_extra_links",
    ),
    *("custom_operator_name", "trigger_dag_id", "max_active_tis_per_dag", "map_index_template", "has_dag"),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[*HealthCheck])  # pyright: ignore[reportArgumentType]
@given(ODD, st.sampled_from(PLACES))
def test_what_is_certain_survives(value: Any, place: str) -> None:
    """
    Whatever value stands in whatever field of an operator.
    """
    dag = compiled(pipeline())
    vars(dag.task_dict["a"])[place] = value
    if is_certain(dag):
        assert survives(dag)


def test_versions_have_the_private_classes() -> None:
    assert import_module("airflow.sdk.execution_time.comms")._RequestFrame
