"""
Outputs in arguments: where they may stand, which edges they make, and what is wrong elsewhere.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args
from unittest.mock import MagicMock
from uuid import UUID

import attrs
import pytest

import flowkit
from flowkit import Group, Pipeline, python, task
from flowkit.draft import placeholders
from flowkit.draft.output import Output, Placeholder
from flowkit.model.calls import Call, OperatorCall, PythonCall, Ref, Text
from flowkit.model.pipeline import PipelineSpec, TaskSpec
from flowkit.resolve.data import READERS
from flowkit.resolve.rewriter import REWRITERS
from tests.resolve.locations import mark, problems

FOREIGN_CURE = (
    "Place the task that it comes from in this pipeline: .then(task). Between pipelines, data goes through a store "
    "of your own, or an asset."
)


def fn(*values: Any, **named: Any) -> Any:
    """What the tasks do."""


operator: Any = flowkit.operator  # the operators below are none to a type checker


def test_every_kind_of_call_with_arguments_has_a_reader() -> None:
    """
    The table of readers covers all calls whose arguments can contain outputs.
    """
    with_arguments = {
        kind for kind in get_args(Call) if {"kwargs", "mapped"} & attrs.fields_dict(kind).keys()
    }
    assert with_arguments == set(READERS)


def test_every_placeholder_has_a_rewriter() -> None:
    """
    The table of rewriters covers every placeholder, and texts, which can contain outputs.
    """
    defined = {kind for kind in vars(placeholders).values() if isinstance(kind, type)}
    kinds = {kind for kind in {*defined, Output} if issubclass(kind, Placeholder)} - {Placeholder}
    assert {str, *kinds} == set(REWRITERS)


class BaseOperator:
    """Stands in for Airflow's: flowkit knows operators by the name of their base."""

    template_fields: Any = ()

    def __init__(self, *, task_id: str, retries: int = 0) -> None: ...


class Shell(BaseOperator):
    """Renders one of its arguments."""

    template_fields = ("command",)

    def __init__(self, command: Any = "", mode: Any = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Dull(BaseOperator):
    """Renders nothing."""

    def __init__(self, command: Any = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Late(BaseOperator):
    """Only an object of it knows what it renders."""

    @property
    def template_fields(self) -> Any:
        """No class has this."""

    def __init__(self, command: Any = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)


Point = namedtuple("Point", ["x", "y"])  # noqa: PYI024 - what users have


@attrs.frozen
class Conf:
    """A value of attrs, which checks what it gets."""

    value: Any = attrs.field(validator=lambda *_: None)
    secret: str = attrs.field(default="", repr=False)
    later: Any = attrs.field(init=False, default=None)


@dataclass
class Data:
    """A value of dataclasses."""

    value: Any
    later: list[Any] = field(init=False)


class Color(Enum):
    """An enum."""

    RED = object()


def _call(spec: PipelineSpec, task_id: str) -> PythonCall:
    action = spec.task(task_id).action
    assert isinstance(action, PythonCall)
    return action


def _taken(make: Callable[[Any], Any]) -> tuple[Any, TaskSpec]:
    """Return the argument that `make(output)` becomes, and the task that takes it."""
    producer = task("giver", python(fn))
    pipeline = (
        Pipeline("p")
        .then(Group("g").then(producer))
        .task("taker", python(fn, make(producer.output)), after=())
    )
    spec = pipeline.build()
    return _call(spec, "taker").args[0], spec.task("taker")


REF = Ref("g.giver")
KEY = Ref("g.giver", "rows")

PLACES: list[tuple[Callable[[Any], Any], Any]] = [
    (lambda x: x, REF),
    (lambda x: x["rows"], KEY),
    (lambda x: [1, x], [1, REF]),
    (lambda x: (x,), (REF,)),
    (lambda x: {"a": {"b": [x["rows"]]}}, {"a": {"b": [KEY]}}),
    (lambda x: Point(1, x), Point(1, REF)),
    (lambda x: Conf([x]), Conf([REF])),
    (lambda x: Conf(Conf(x)).value, Conf(REF)),
    (lambda x: f"{x}", Text((REF,))),
    (lambda x: f"a {x['rows']}{x} b", Text(("a ", KEY, REF, " b"))),
    (lambda x: "%s and %s" % (x, x), Text((REF, " and ", REF))),  # noqa: UP031 - as people write
    (lambda x: "{}".format(x) + str(x["rows"]), Text((REF, KEY))),  # noqa: UP032
    (lambda x: f"{x} is so".upper(), Text((REF, " IS SO"))),
    (lambda x: f"  {x}  ".strip().title(), Text((REF,))),
    (lambda x: {f"{x}"}, {Text((REF,))}),
]


@pytest.mark.parametrize(("make", "expected"), PLACES)
def test_an_output_becomes_a_reference(make: Callable[[Any], Any], expected: Any) -> None:
    """Wherever an output stands in an argument, a reference takes its place, and an edge comes of it."""
    value, consumer = _taken(make)

    assert value == expected
    assert type(value) is type(expected)
    assert consumer.uses == consumer.upstream == ("g.giver",)


def test_values_of_dataclasses_keep_their_type_and_lack_what_they_lacked() -> None:
    """A field that has no value yet stays without one."""
    value, consumer = _taken(lambda x: Data((x,)))

    assert type(value) is Data
    assert value.value == (REF,)
    assert not hasattr(value, "later")
    assert consumer.uses == ("g.giver",)


def test_values_without_outputs_are_left_as_they_are() -> None:
    """What holds no output is the user's own object, not a copy."""
    values = [[1], {"a": 1}, Conf(1), (1, "x"), {1, 2}, "text"]
    spec = Pipeline("p").task("a", python(fn, *values)).build()

    assert all(new is old for new, old in zip(_call(spec, "a").args, values, strict=True))


def test_the_author_s_own_objects_are_not_changed() -> None:
    """A reference is written into a copy."""
    producer = task("giver", python(fn))
    conf, rows = Conf(producer.output), [producer.output]
    Pipeline("p").then(producer).task("taker", python(fn, conf, rows=rows)).build()

    assert repr(conf.value) == repr(rows[0]) == "<output of task 'giver'>"


def test_an_output_of_a_group_is_that_of_its_task() -> None:
    """`.output` of a group, of an old and of a new version of it, is the output of the task that it returns."""
    inner = task("inner", python(fn))
    old = Group("g").then(inner).returns(inner)
    new = old.task("late")
    pipeline = Pipeline("p").then(new).task("a", python(fn, old.output)).task("b", python(fn, new.output))
    outer = Group("outer").then(Group("h").task("x")).then(inner).returns(old)
    spec = pipeline.build()

    assert _call(spec, "a").args == _call(spec, "b").args == (Ref("g.inner"),)
    assert repr(outer.output) == "<output of task 'inner'>"


def test_a_key_makes_the_giver_hand_out_keys() -> None:
    """`multiple_outputs` is set where some task uses a key, whoever that is; nowhere else."""
    a, b = task("a", python(fn)), task("b", python(fn))
    spec = Pipeline("p").then(a).then(b).task("c", python(fn, f"{a.output['rows']}", b.output)).build()

    assert {one.task_id: one.multiple_outputs for one in spec.tasks} == {"a": True, "b": False, "c": False}


def test_operators_take_outputs_where_they_render() -> None:
    """The arguments in `template_fields` may hold outputs, also where it is one name and not several."""
    one_name = type("OneName", (Shell,), {"template_fields": "command"})
    a = task("a", python(fn))
    pipeline = Pipeline("p").then(a).task("b", operator(Shell, command=[a.output], mode="x"))
    spec = pipeline.task("c", operator(one_name, command=f"{a.output}")).build()

    actions = [spec.task(name).action for name in "bc"]
    assert [action.kwargs for action in actions if isinstance(action, OperatorCall)] == [
        {"command": [Ref("a")], "mode": "x"},
        {"command": Text((Ref("a"),))},
    ]


# What is wrong.


def test_fk201_the_output_of_a_task_that_is_not_here() -> None:
    """Both tasks are named; the line is that of `python(…)`."""
    lost = task("lost", python(fn))
    action = python(fn, [lost.output], key=lost.output)
    pipeline = Pipeline("p").task("a", action).task("b", python(fn, f"{lost.output}"))

    here = mark()
    assert problems(pipeline) == [
        f"{here(-3)}: FK201 Task 'a' uses the output of task 'lost' ({here(-4)}), which is not in this pipeline. "
        + FOREIGN_CURE,
        f"{here(-2)}: FK201 Task 'b' uses the output of task 'lost' ({here(-4)}), which is not in this pipeline. "
        + FOREIGN_CURE,
    ]


def test_fk201_a_token_whose_task_is_gone() -> None:
    """A text may outlive the task that it names."""
    text = f"{task('gone', python(fn)).output}"
    pipeline = Pipeline("p").task("a", python(fn, text))

    here = mark()
    assert problems(pipeline) == [
        f"{here(-2)}: FK201 Task 'a' uses the output of a task, which is not in this pipeline. "
        + FOREIGN_CURE
    ]


def test_fk202_an_argument_that_is_not_rendered() -> None:
    """An operator would get the reference in place of the value."""
    a = task("a", python(fn))
    action = operator(Shell, mode=[a.output])
    dull = operator(Dull, command=f"{a.output}")
    late = operator(Late, command=a.output)
    pipeline = Pipeline("p").then(a).task("b", action).task("c", dull).task("d", late)

    here = mark()
    assert problems(pipeline) == [
        f"{here(-5)}: FK202 Task 'b' gives an output to 'mode' of Shell, which Airflow does not render: the operator "
        "would get a reference, not the value. It renders: command.",
        f"{here(-4)}: FK202 Task 'c' gives an output to 'command' of Dull, which Airflow does not render: the operator "
        "would get a reference, not the value. It renders no arguments: pass the output to a function.",
        f"{here(-3)}: FK202 Task 'd' gives an output to 'command' of Late, which Airflow does not render: the operator "
        "would get a reference, not the value. It renders no arguments: pass the output to a function.",
    ]


def test_fk202_an_output_as_a_key() -> None:
    """Airflow renders the values of a mapping, not its keys."""
    a = task("a", python(fn))
    action = python(fn, rows={f"{a.output}": 1})

    here = mark()
    assert problems(Pipeline("p").then(a).task("b", action)) == [
        f"{here(-2)}: FK202 Task 'b' gives 'rows' of fn a mapping with an output in a key, which Airflow does not "
        "render. Use outputs only as values of a mapping."
    ]


def test_fk202_options_and_settings() -> None:
    """What is fixed when the pipeline is built holds no outputs: options, defaults, settings."""
    a = task("a", python(fn))
    text: str = f"see {a.output}"
    pipeline = Pipeline("p", description=text, tags=["x"]).then(a)
    pipeline = pipeline.then(task("b", doc_md=text[:-2], retries=a.output))
    group = Group("g", tooltip=text).defaults(params={"x": a.output}).task("c")

    here = mark()
    why = "which is fixed when the pipeline is built: no task has run by then. "
    hint = "Give the output to a function or an operator as an argument."
    assert problems(pipeline.then(group)) == [
        f"{here(-4)}: FK202 The pipeline has an output in 'description', {why}{hint}",
        f"{here(-3)}: FK202 Task 'b' has an output in 'doc_md', {why}{hint}",
        f"{here(-3)}: FK202 Task 'b' has an output in 'retries', {why}{hint}",
        f"{here(-2)}: FK202 Group 'g' has an output in 'tooltip', {why}{hint}",
        f"{here(-2)}: FK202 Group 'g' has an output in 'params', {why}{hint}",
    ]


SPOILERS: list[Callable[[str], str]] = [
    lambda text: text[1:],
    lambda text: text[:-1],
    lambda text: text[:4],
    lambda text: text + text[:3],
    lambda text: text.replace(text[2], ""),
    lambda text: text[::-1],
    lambda text: text[:7] + text[8:],
    lambda text: text[:7] + "x" + text[7:],
    lambda text: text[:7] + text[6:],
]


@pytest.mark.parametrize("spoil", SPOILERS)
def test_fk203_a_spoilt_token(spoil: Callable[[str], str]) -> None:
    """A text with pieces of an output is noticed, however it was cut."""
    a = task("a", python(fn))
    action = python(fn, 1, [spoil(f"{a.output}")])

    here = mark()
    assert problems(Pipeline("p").then(a).task("b", action)) == [
        f"{here(-2)}: FK203 Task 'b' gives argument 2 of fn a string that contains pieces of an output. "
        "Change the value in a function that takes the output."
    ]


class Plain:
    """Has no written form of its own."""


class Addressed:
    """Writes itself with its address."""

    def __repr__(self) -> str:
        return f"<{id(self)}>"


class Failing:
    """Fails when it is written."""

    def __repr__(self) -> str:
        raise RuntimeError


class Stable:
    """Has a written form."""

    def __repr__(self) -> str:
        return "Stable()"


class Serialized:
    """Writes itself for Airflow."""

    def serialize(self) -> str:
        """As Airflow asks for it."""
        return "x"


@pytest.mark.parametrize("value", [Plain(), Addressed(), Failing(), MagicMock(), iter([1]), object()])
def test_fk204_an_object_without_a_stable_form(value: object) -> None:
    """What Airflow could write only as an address in memory would make a new version at every parse."""
    kind = type(value).__name__
    action = python(fn, conf=[Conf(value)])

    here = mark()
    assert problems(Pipeline("p").task("b", action)) == [
        f"{here(-2)}: FK204 Task 'b' gives 'conf' of fn an object of type {kind}, which has no stable serialized form: "
        f"Airflow would see a new version of the DAG at every parse. Make {kind} an attrs class or a dataclass, give "
        "it a __repr__, or pass plain values."
    ]


def test_fk204_a_container_without_an_end() -> None:
    """A list that holds itself, and one nested beyond measure, have no written form."""
    endless: list[Any] = []
    endless.append(endless)
    deep: Any = {}
    for _ in range(5000):
        deep = {"a": deep}
    action = python(fn, endless, deep)

    here = mark()
    why = "that contains itself or is nested too deeply: Airflow cannot store it. Pass plain values."
    assert problems(Pipeline("p").task("b", action)) == [
        f"{here(-2)}: FK204 Task 'b' gives argument 1 of fn a list {why}",
        f"{here(-2)}: FK204 Task 'b' gives argument 2 of fn a dict {why}",
    ]


STABLE: list[Any] = [
    Stable(), Serialized(), Color.RED, Path("a"), UUID(int=1), Decimal(1), 1j, b"x", range(3), date(2026, 1, 1),
    datetime(2026, 1, 1), timedelta(1), timezone.utc, SimpleNamespace(a=[1]), fn, len, Conf, Data, {"a": Conf(1)},
    [[1, [1]], [1, [1]]],
]  # fmt: skip


@pytest.mark.parametrize("value", STABLE, ids=lambda value: type(value).__name__)
def test_what_has_a_stable_form_is_welcome(value: Any) -> None:
    """Plain values, values of attrs, functions, and what writes itself pass as they are."""
    spec = Pipeline("p").task("a", python(fn, value)).build()

    assert _call(spec, "a").args[0] is value


class FailingMapping(Mapping[str, Any]):
    """Fails when it is read."""

    def __getitem__(self, key: str) -> Any:
        raise RuntimeError

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError

    def __len__(self) -> int:
        raise RuntimeError


def test_a_container_that_cannot_be_read_is_a_problem() -> None:
    """What a user's own container raises stays inside."""
    assert [text.split()[1] for text in problems(Pipeline("p").task("a", python(fn, FailingMapping())))] == [
        "FK204"
    ]
