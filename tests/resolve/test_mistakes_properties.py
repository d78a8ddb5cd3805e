"""
Random mistakes in random pipelines are problems with a code and the right line, and never anything else.
"""

from __future__ import annotations

import math
import traceback
import types
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from unittest.mock import MagicMock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flowkit
from flowkit import Group, Pipeline, Pod, chain, cron, label
from flowkit.base.errors import FlowkitError, PipelineError
from flowkit.base.problems import Problem
from flowkit.model.options import TaskOptions
from flowkit.model.settings import DagSettings, GroupSettings
from tests.resolve.locations import mark
from tests.resolve.oracle import GroupPlan, Meaning
from tests.resolve.plans import Writer, pipelines
from tests.resolve.test_edges_properties import PROFILE

# No checker would let pass most of what is called here.
task: Any = flowkit.task
python: Any = flowkit.python
operator: Any = flowkit.operator

Mistake: TypeAlias = "Callable[[Any, str], tuple[Any, list[tuple[str, str]]]]"
"""Takes a pipeline or a group, and an id that is free in it; gives it with the mistake, and what is to be reported."""


def fn(first: Any, second: Any = None) -> Any:
    """What the tasks do."""


class BaseOperator:
    """Stands in for Airflow's: flowkit knows operators by the name of their base."""

    def __init__(self, *, task_id: str, retries: int = 0) -> None: ...


class Shell(BaseOperator):
    """An operator that renders one of its arguments."""

    template_fields = ("command",)

    def __init__(self, command: Any, mode: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Plain:
    """Has no written form."""


class Hostile:
    """Fails in everything that one may ask of it."""

    def _fail(self, *_: Any) -> Any:
        raise RuntimeError

    __repr__ = __str__ = __eq__ = __ne__ = __hash__ = __bool__ = __len__ = __iter__ = __getattr__ = _fail
    __getitem__ = __contains__ = __call__ = __lt__ = __le__ = __gt__ = __ge__ = __float__ = __int__ = _fail
    __reversed__ = __enter__ = __copy__ = __format__ = __rshift__ = __lshift__ = _fail


class HostileList(list[Any]):
    """A list that fails when it is read."""

    def __iter__(self) -> Iterator[Any]:
        raise RuntimeError


def _endless() -> list[Any]:
    rows: list[Any] = []
    rows.append(rows)
    return rows


def unknown_after(base: Any, tag: str) -> Any:
    here = mark()
    return base.add(task(tag, after="no.such.id")), [("FK102", here(1))]


def same_id(base: Any, tag: str) -> Any:
    here = mark()
    first = task(tag)
    second = Group(tag).task("x")
    return base.add(first).then(second), [("FK101", here(2))]


def placed_twice(base: Any, tag: str) -> Any:
    here = mark()
    node = task(tag)
    return base.add(node).group(f"{tag}g").then(node).task("x").end(), [("FK104", here(2))]


def old_copy(base: Any, tag: str) -> Any:
    here = mark()
    old = Group(tag).task("x")
    return base.then(old.task("y")).add(old), [("FK105", here(2))]


def returned_elsewhere(base: Any, tag: str) -> Any:
    here = mark()
    node = task(tag, python(fn, 1))
    return base.add(node, Group(f"{tag}g").task("x").returns(node)), [("FK106", here(2))]


def empty_group(base: Any, tag: str) -> Any:
    here = mark()
    return base.then(Group(tag)), [("FK107", here(1))]


def never(base: Any, tag: str) -> Any:
    here = mark()
    late, early = datetime(2026, 2, 1), datetime(2026, 1, 1)
    return base.task(tag, start_date=late, end_date=early), [("FK108", here(2))]


def circle(base: Any, tag: str) -> Any:
    here = mark()
    a, b = task(tag), task(f"{tag}b")
    return base.add(a >> b >> a), [("FK103", here(1))]


def itself(base: Any, tag: str) -> Any:
    here = mark()
    return base.task(tag, after=tag), [("FK110", here(1))]


def foreign(base: Any, tag: str) -> Any:
    here = mark()
    lost = task("lost", python(fn, 1))
    action = python(fn, [lost.output["key"]], f"{lost.output}")
    return base.task(tag, action), [("FK201", here(2))]


def in_an_option(base: Any, tag: str) -> Any:
    here = mark()
    producer = task(tag, python(fn, 1))
    return base.then(producer).task(f"{tag}b", doc_md=f"{producer.output}"), [("FK202", here(2))]


def not_rendered(base: Any, tag: str) -> Any:
    here = mark()
    producer = task(tag, python(fn, 1))
    action = operator(Shell, command="", mode=producer.output)
    return base.then(producer).task(f"{tag}b", action), [("FK202", here(2))]


def spoilt(base: Any, tag: str) -> Any:
    here = mark()
    producer = task(tag, python(fn, 1))
    action = python(fn, f"{producer.output}"[3:])
    return base.then(producer).task(f"{tag}b", action), [("FK203", here(2))]


def endless(base: Any, tag: str) -> Any:
    here = mark()
    action = python(fn, {"a": _endless()})
    return base.task(tag, action), [("FK204", here(1))]


def plain(base: Any, tag: str) -> Any:
    here = mark()
    action = python(fn, Plain(), [Hostile(), HostileList()])
    return base.task(tag, action), [("FK204", here(1))]


def unknown_argument(base: Any, tag: str) -> Any:
    here = mark()
    action = operator(Shell, command="", comand="")
    return base.task(tag, action), [("FK301", here(1))]


def missing_argument(base: Any, tag: str) -> Any:
    here = mark()
    action = operator(Shell)
    return base.task(tag, action), [("FK302", here(1))]


def option_of_the_task(base: Any, tag: str) -> Any:
    here = mark()
    action = operator(Shell, command="", retries=3)
    return base.task(tag, action), [("FK303", here(1))]


def misfit(base: Any, tag: str) -> Any:
    here = mark()
    action = python(fn, 1, 2, 3)
    return base.task(tag, action), [("FK304", here(1))]


def context_key(base: Any, tag: str) -> Any:
    here = mark()
    action = python(lambda ds="today": ds)
    return base.task(tag, action), [("FK305", here(1))]


MISTAKES: list[Mistake] = [
    unknown_after, same_id, placed_twice, old_copy, returned_elsewhere, empty_group, never, circle, itself, foreign,
    in_an_option, not_rendered, spoilt, endless, plain, unknown_argument, missing_argument, option_of_the_task, misfit,
    context_key,
]  # fmt: skip


def _problems(pipeline: Pipeline) -> tuple[Problem, ...]:
    try:
        pipeline.build()
    except PipelineError as error:
        return error.problems
    return ()


@settings(**PROFILE, max_examples=400)
@given(pipelines(6), st.lists(st.tuples(st.sampled_from(MISTAKES), st.booleans()), min_size=1, max_size=5))
def test_all_mistakes_are_reported_together(plan: GroupPlan, mistakes: list[tuple[Mistake, bool]]) -> None:
    """Every mistake is found with its code and its line, whatever else is wrong, and nothing else is reported."""
    meaning = Meaning(plan).connect()
    good = not meaning.waits_for_itself and not meaning.has_cycle()
    pipeline: Any = Writer().pipeline(plan) if good else Pipeline("p")
    expected: set[tuple[str, str]] = set()
    for number, (mistake, in_group) in enumerate(mistakes):
        tag = f"m{number}"
        if in_group:
            group, found = mistake(Group(f"{tag}_group").task("good"), tag)
            pipeline = pipeline.add(group)
        else:
            pipeline, found = mistake(pipeline, tag)
        expected.update(found)

    problems = _problems(pipeline)
    assert {(problem.code, str(problem.location)) for problem in problems} == expected
    assert {problem.dag_id for problem in problems} == {"p"}
    assert all(problem.message.endswith(".") and problem.hint for problem in problems)


def _raised(call: Callable[[Any], Any], value: Any) -> Exception | None:
    try:
        made = call(value)
        if isinstance(made, Pipeline):
            made.build()
    except Exception as error:  # noqa: BLE001 - any is what must not come
        return error
    return None


def _is_of_the_object(error: Exception) -> bool:
    # What an object of a user's raises itself is that user's to see.
    return traceback.extract_tb(error.__traceback__)[-1].filename == __file__


def _problems_in(error: FlowkitError) -> tuple[Problem, ...]:
    if isinstance(error, PipelineError):
        return error.problems
    problem: Problem = getattr(error, "problem")  # noqa: B009 - only these two kinds are raised by builders
    return (problem,)


def _weird() -> list[Any]:
    producer = task("giver", python(fn, 1))
    opened: Any = Pipeline("q").group("open")
    return [
        None, True, 3, -1, 10**30, 1.5, math.nan, math.inf, 1j, "", "a b", "a.b", "ü", "x" * 300, "@daly", b"x",
        (), [], [[]], _endless(), HostileList(), {}, {"a": 1}, {1: 2}, set(), {1}, frozenset(), iter([]), range(3),
        object(), object, Plain, Plain(), Hostile, Hostile(), [Hostile()], {"a": Hostile()}, MagicMock(), lambda: 1,
        len, types, NotImplemented, ..., ValueError("x"), datetime(2026, 1, 1), timedelta(-1), Pod(cpu="1"),
        producer, producer.output, producer.output["key"], f"{producer.output}", f"{producer.output}"[2:],
        [producer.output], {"a": producer.output}, Pipeline("q"), Group("q"), Group("q").task("x"), opened,
        producer >> task("b"), producer >> label("x"), label("x"), python(fn, 1),
        operator(Shell, command=""), cron("* * * * *"),
    ]  # fmt: skip


def _calls() -> list[tuple[str, Callable[[Any], Any]]]:
    a = task("a")
    base: Any = Pipeline("p").then(a)
    group: Any = Group("g").task("x")
    make: Any = flowkit.generate
    return [
        ("Pipeline", flowkit.Pipeline),
        ("named", base.named),
        ("task", base.task),
        ("task action", lambda x: base.task("t", x)),
        ("task after", lambda x: base.task("t", after=x)),
        ("task after list", lambda x: base.task("t", after=[x])),
        ("then", base.then),
        ("add", base.add),
        ("add two", lambda x: base.add(task("t"), x)),
        ("group", lambda x: base.group(x).task("t").end()),
        ("group after", lambda x: base.group("h", after=x).task("t").end()),
        ("Group", lambda x: base.then(Group(x).task("t"))),
        ("returns", lambda x: base.then(group.returns(x))),
        ("python", lambda x: base.task("t", python(x))),
        ("python argument", lambda x: base.task("t", python(fn, x))),
        ("python keyword", lambda x: base.task("t", python(fn, first=[x]))),
        ("python_async", lambda x: base.task("t", flowkit.python_async(x))),
        ("operator", lambda x: base.task("t", operator(x))),
        ("operator argument", lambda x: base.task("t", operator(Shell, command=x, mode=x))),
        ("operator position", lambda x: base.task("t", operator(Shell, x))),
        ("arrow", lambda x: base.add(a >> x)),
        ("arrow back", lambda x: base.add(a << x)),
        ("arrow list", lambda x: base.add(a >> [x])),
        ("chain", lambda x: base.add(chain(a, x))),
        ("label", lambda x: base.add(a >> label(x) >> task("t"))),
        ("generate", lambda x: make(x, [])),
        ("generate configs", lambda x: make(fn, x)),
        ("generate dag_id", lambda x: make(fn, [], dag_id=x)),
        ("cron", lambda x: base.settings(schedule=cron(x))),
        ("cron timezone", lambda x: base.settings(schedule=cron("* * * * *", timezone=x))),
        ("Pod", lambda x: base.defaults(pod=Pod(cpu=x))),
        ("Pod memory", lambda x: base.defaults(pod=Pod(memory=x))),
    ]


def _option_calls() -> list[tuple[str, Callable[[Any], Any]]]:
    base: Any = Pipeline("p").task("a")
    return [
        *(
            (f"option {name}", lambda x, n=name: base.task("t", **{n: x}))
            for name in TaskOptions.__annotations__
        ),
        *(
            (f"default {name}", lambda x, n=name: base.defaults(**{n: x}))
            for name in TaskOptions.__annotations__
        ),
        *(
            (f"setting {name}", lambda x, n=name: base.settings(**{n: x}))
            for name in DagSettings.__annotations__
        ),
        *(
            (f"group {name}", lambda x, n=name: base.group("g", **{n: x}).task("t").end())
            for name in GroupSettings.__annotations__
        ),
    ]


@pytest.mark.parametrize(("name", "call"), [*_calls(), *_option_calls()], ids=lambda value: str(value)[:30])
def test_odd_arguments_never_break_flowkit(name: str, call: Callable[[Any], Any]) -> None:
    """Whatever a call gets, it takes it, or says what is wrong with it, at a line of this file."""
    for value in _weird():
        error = _raised(call, value)
        if error is None or _is_of_the_object(error):
            continue
        assert isinstance(error, FlowkitError), f"{name} with {type(value).__name__}: {type(error).__name__}"
        for problem in _problems_in(error):
            assert problem.location is not None
            assert problem.location.file == __file__
            assert problem.hint
