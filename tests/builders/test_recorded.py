"""
Wrong values are recorded: no call of a builder raises, and the pipeline reports them all.
"""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import attrs
import pytest

import flowkit
from flowkit import PipelineError
from tests.recorded import problems_of
from tests.resolve.locations import mark

flow: Any = flowkit  # no checker would let pass what is wrong here


def fn(*values: Any) -> Any:
    """What the tasks do."""


def group_of(item: Any) -> Any:
    """Return a group with one task for the item."""
    return flow.Group("g").then(flow.task("t", flow.python(fn, item)))


class BaseOperator:
    """Stands in for Airflow's: flowkit knows operators by the name of their base."""


class Raises:
    """Raises at every touch."""

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        raise ValueError("class")

    def __getattr__(self, name: str) -> Any:
        raise ValueError(name)

    def _raise(self, *_: object, **__: object) -> Any:
        msg = "touched"
        raise ValueError(msg)

    __eq__ = __hash__ = __bool__ = __len__ = __iter__ = __repr__ = __str__ = __call__ = __contains__ = _raise
    __lt__ = __gt__ = __int__ = __float__ = __index__ = __fspath__ = __format__ = __getitem__ = _raise


class RaisingText(str):
    """A string whose own methods raise."""

    __slots__ = ()

    def _raise(self, *_: object) -> Any:
        raise SystemExit(3)

    __eq__ = __hash__ = __repr__ = __str__ = __len__ = __contains__ = __format__ = isascii = isidentifier = (
        _raise
    )


def endless() -> Iterator[str]:
    """Return an iterator that never ends."""
    return itertools.repeat("a")


def failing() -> Iterator[str]:
    """Return an iterator that raises."""
    yield "a"
    raise KeyError("rows")


def within_itself() -> list[Any]:
    """Return a list that contains itself."""
    items: list[Any] = []
    items.append(items)
    return items


HOSTILE: dict[str, Callable[[], Any]] = {
    "raises": Raises,
    "text": lambda: RaisingText("x"),
    "none": lambda: None,
    "int": lambda: 5,
    "huge": lambda: 10**5000,
    "nan": lambda: float("nan"),
    "bytes": lambda: b"x",
    "surrogate": lambda: "x\ud800",
    "nul": lambda: "x\0",
    "empty": lambda: "",
    "dots": lambda: "a.b",
    "long": lambda: "x" * 100_000,
    "list": within_itself,
    "dict": dict,
    "set": lambda: {"a"},
    "failing": failing,
    "class": lambda: Raises,
    "object": object,
    "output": lambda: flow.task("x", flow.python(fn)).output,
    "item": lambda: flow.over([1]),
    "partial": lambda: functools.partial(fn, 1),
    "task": lambda: flow.task("x"),
    "group": lambda: flow.Group("x"),
    "pipeline": lambda: flow.Pipeline("x"),
    "generated": lambda: flow.generate(fn, [1]),
    "pod": lambda: flow.Pod(cpus=1),
    "cron": lambda: flow.cron("x"),
    "error": lambda: ValueError,
}

CALLS: dict[str, Callable[[Any], Any]] = {
    "Pipeline": flow.Pipeline,
    "Pipeline schedule": lambda x: flow.Pipeline("p", schedule=x),
    "Pipeline params": lambda x: flow.Pipeline("p", params=x),
    "Pipeline tags": lambda x: flow.Pipeline("p", tags=x),
    "settings": lambda x: flow.Pipeline("p").settings(owner_links=x, allowed_run_types=x, xyz=x),
    "named": lambda x: flow.Pipeline("p").named(x),
    "defaults": lambda x: flow.Pipeline("p").defaults(retries=x, email=x, trigger_rule=x, pod=x),
    "operator_defaults": lambda x: flow.Pipeline("p").operator_defaults(bash_command=x, retries=x),
    "task": lambda x: flow.task(x, x, after=x, retry_delay=x, inlets=x, on_failure_callback=x),
    "setup": lambda x: flow.Pipeline("p").setup(x, x, after=[x]),
    "teardown": lambda x: flow.Pipeline("p").teardown(x, x, setups=x, on_failure_fail_dagrun=x),
    "teardown function": lambda x: flow.teardown("t", setups=[x], setup=x, trigger_rule=x),
    "then": lambda x: flow.Pipeline("p").then(x, flow.task("a"), x),
    "add": lambda x: flow.Pipeline("p").add(x),
    "group": lambda x: flow.Pipeline("p").group(x, tooltip=x, after=x),
    "Group": lambda x: flow.Group(x, ui_color=x, aftr=x),
    "returns": lambda x: flow.Group("g").returns(x),
    "end": lambda x: flow.Pipeline("p").group("g").task("a").end(x),
    "python": lambda x: flow.python(x, x),
    "native": lambda x: [flow.native(x, x), flow.native(fn, x, named=x)],
    "python_async": flow.python_async,
    "operator": lambda x: flow.operator(x, argument=x),
    "operator positional": lambda x: flow.operator(BaseOperator, x),
    "operator_of": flow.operator_of,
    "by": lambda x: flow.python(fn).by(x, argument=x),
    "branch": lambda x: flow.branch(x).to(x),
    "to": lambda x: flow.branch(fn).to({"a": x, "b": [x]}),
    "branches": flow.branches,
    "arrow": lambda x: flow.task("a") >> x if not hasattr(type(x), "__flowkit_output__") else None,
    "left arrow": lambda x: flow.task("a") << [x],
    "label": lambda x: flow.task("a") >> flow.label(x) >> x,
    "chain": lambda x: flow.chain(flow.task("a"), x, flow.task("b")),
    "over": flow.over,
    "over.zip": lambda x: flow.over.zip(x, x),
    "items": lambda x: [
        flow.items.map(x, x),
        flow.items.filter(x, x),
        flow.items.concat(x),
        flow.items.zip(x, fill=x),
    ],
    "each": lambda x: flow.each(x, flow.over([1])),
    "each function": lambda x: flow.each(group_of, item=flow.over(x)),
    "each_kwargs": lambda x: [flow.each_kwargs(x, [{"a": 1}]), flow.each_kwargs(group_of, x)],
    "each_group": lambda x: [flow.each_group(x, flow.over([1])), flow.each_group(group_of, flow.over(x))],
    "each_group_kwargs": lambda x: [
        flow.each_group_kwargs(x, [{"item": 1}]),
        flow.each_group_kwargs(group_of, x),
    ],
    "params": flow.params,
    "materialize": lambda x: [flow.materialize(x, fn), flow.materialize([x], x, tags=x)],
    "generate": lambda x: [flow.generate(x, [1]), flow.generate(fn, x), flow.generate(fn, [], dag_id=x)],
    "shard": lambda x: [flow.shard(x, 1, of=2), flow.shard([x], x, of=x), flow.shard([], file=x)],
    "cron": lambda x: flow.cron(x, timezone=x),
    "Pod": lambda x: flow.Pod(**dict.fromkeys(inspect.signature(flowkit.Pod).parameters, x)),
    "Pod mappings": lambda x: flow.Pod(
        env={"A": x}, volumes={"/a": x}, labels={"a": x}, annotations={"a": x}, node_selector={"a": x}
    ),
    "Secret": lambda x: flow.Secret(x, x, optional=x),
    "ConfigMap": lambda x: flow.ConfigMap(x, x, optional=x),
    "Claim": lambda x: flow.Claim(x, sub_path=x, read_only=x),
    "EmptyDir": lambda x: flow.EmptyDir(x, in_memory=x),
    "TemplateVolume": lambda x: flow.TemplateVolume(x, sub_path=x, read_only=x),
    "Toleration": lambda x: flow.Toleration(x, x, effect=x, seconds=x),
    "Form": lambda x: flow.Form(minimum=x, xyz=x),
}


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("call", CALLS)
def test_no_call_raises(call: str, value: str) -> None:
    """Whatever a call gets, it returns an object, which can be shown, and whose problems have this line."""
    results = CALLS[call](HOSTILE[value]())

    for result in results if type(results) is list else [results]:
        assert isinstance(repr(result), str)
        for problem in problems_of(result):
            assert problem.code in {"FK401", "FK402"} or problem.location is not None
            assert str(problem).encode()


@pytest.mark.parametrize("value", ["endless"])
@pytest.mark.parametrize("name", ["after", "setups", "arrow"])
def test_what_never_ends_is_a_problem(name: str, value: str) -> None:
    """The call returns, and does not fill the memory."""
    calls: dict[str, Callable[[Any], Any]] = {
        "after": lambda x: flow.task("a", after=x),
        "setups": lambda x: flow.teardown("a", setups=x),
        "arrow": lambda x: flow.task("a") >> x,
    }
    result = calls[name](endless() if value == "endless" else (flow.task("b") for _ in itertools.count()))

    assert [problem.code for problem in problems_of(result)] == ["FK008"]


WORDS = [
    name
    for name in flowkit.__all__
    if callable(getattr(flowkit, name))
    and not (isinstance(getattr(flowkit, name), type) and issubclass(getattr(flowkit, name), BaseException))
]
NOT_CALLED_BY_AUTHORS = {
    "Action", "Branching", "Cron", "DagSettings", "Flow", "Generated", "GroupSettings", "Node", "OpenGroup", "Preset",
    "Problem", "RunContext", "Schedule", "Shard", "Task", "TaskOptions", "context", "lazy_imports",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted({*WORDS} - NOT_CALLED_BY_AUTHORS))
def test_missing_and_unknown_arguments_are_recorded(name: str) -> None:
    """Every word that authors call records a call without arguments, and one with an unknown one."""
    word: Any = getattr(flowkit, name)

    assert isinstance(repr(word()), str)
    unknown = word(xyzzy=1)
    assert isinstance(repr(unknown), str)
    if name not in {"over", "Form", "EmptyDir", "Toleration", "Pod"}:
        assert problems_of(word())
    assert problems_of(unknown)


def test_all_problems_of_a_call_are_recorded() -> None:
    """The id, the options, the action and what the task waits for, at the line of the call."""
    here = mark()
    wrong = flow.task("my task", fn, after=3, retries="3", pool=5, retires=2)

    assert [(problem.code, str(problem.location)) for problem in problems_of(wrong)] == [
        (code, here(1)) for code in ("FK001", "FK008", "FK006", "FK006", "FK005", "FK008")
    ]
    assert repr(wrong) == "<Task 'my task' with 6 problems>"


def test_a_pipeline_reports_what_was_recorded_anywhere() -> None:
    """In its tasks, groups, arrows, pods, schedules and arguments; what the rules find is reported beside it."""
    pod = flow.Pod(memory="2GB", env={"A": flow.Secret("Bad")})
    shared = flow.task("shared", flow.each(fn2, x=flow.over(3)), pod=pod)
    here = mark()
    pipeline = (
        flow.Pipeline("p", schedule="@dayly")
        .defaults(retires=3)
        .task("a", flow.python(fn, flow.cron("x")))
        .then(flow.task("b") >> 5)
        .group("g", tooltpi=1)
        .task("c", flow.branch(fn).to({"x": None}))
        .then(7)
        .end()
        .then(shared)
        .task("d", after="nobody")
    )
    with pytest.raises(PipelineError) as caught:
        pipeline.build()

    lines = {str(problem.location): problem.code for problem in caught.value.problems}
    assert lines == {
        here(-2): "FK011",
        here(-1): "FK008",
        here(2): "FK003",
        here(3): "FK005",
        here(4): "FK002",
        here(5): "FK008",
        here(6): "FK005",
        here(7): "FK008",
        here(8): "FK008",
        here(11): "FK102",
    }
    assert {problem.dag_id for problem in caught.value.problems} == {"p"}
    assert len(caught.value.problems) == 11
    assert repr(pipeline) == "<Pipeline 'p' with 9 problems>"


def fn2(x: Any) -> None:
    """A function with one parameter."""


NO_NOISE: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "nothing was placed": (lambda: flow.Pipeline("p").then(5), ["FK008"]),
    "nothing was placed in a group": (lambda: flow.Pipeline("p").group("g").then("x").end(), ["FK008"]),
    "ids that are no text": (lambda: flow.Pipeline("p").task(1).task(None), ["FK001", "FK001"]),
    "the same invalid id": (lambda: flow.Pipeline("p").task("a b").task("a b"), ["FK001"]),
    "an invalid id that is waited for": (
        lambda: flow.Pipeline("p").task("a b").task("c", after="a b"),
        ["FK001"],
    ),
    "an arrow to nothing": (
        lambda: flow.Pipeline("p").then(flow.chain(flow.task("a"), 5, flow.task("b"))),
        ["FK008"],
    ),
    "a group without output": (
        lambda: flow.Pipeline("p").task("a", flow.python(fn, flow.Group("g").output)),
        ["FK009"],
    ),
    "no group": (
        lambda: flow.Pipeline("p").then(flow.each_group(5), flow.each_group("")),
        ["FK008", "FK008"],
    ),
    "no function": (lambda: flow.Pipeline("p").task("a", flow.python(5, flow.params(int))), ["FK008"]),
    "params that are none": (
        lambda: flow.Pipeline("p", params=[]).task("a", flow.python(fn, flow.params(Options).rows)),
        ["FK006"],
    ),
    "no params": (
        lambda: flow.Pipeline("p").task("a", flow.python(fn, flow.params(int).rows)),
        ["FK008"],
    ),
    "a wrong form": (lambda: flow.Pipeline("p", params=WrongForm).task("a"), ["FK005"]),
    "routes that are none": (lambda: flow.Pipeline("p").task("a", flow.branch(fn).to(3)), ["FK008"]),
    "an operator by position": (
        lambda: flow.Pipeline("p").task("a", flow.operator(BaseOperator, "x")),
        ["FK008"],
    ),
    "a pod that two tasks have": (
        lambda: flow.Pipeline("p").defaults(pod=POD).task("a", pod=POD),
        ["FK004"],
    ),
    "derived pipelines": (lambda: flow.Pipeline("a b").named("p").task("a"), ["FK001"]),
}


@attrs.frozen
class Options:
    """Params."""

    rows: int = 1


@attrs.frozen
class WrongForm:
    """Params with a form that is wrong."""

    rows: Annotated[int, flow.Form(minimun=1)] = 1


POD: Any = flow.Pod(cpu="x")


@pytest.mark.parametrize("case", NO_NOISE)
def test_one_mistake_is_reported_once(case: str) -> None:
    """What follows from a mistake is no problem of its own."""
    make, codes = NO_NOISE[case]
    pipeline = make()
    with pytest.raises(PipelineError) as caught:
        pipeline.build()

    assert [problem.code for problem in caught.value.problems] == codes


def test_an_object_of_two_pipelines_is_reported_by_both() -> None:
    """The problem belongs to each of them, under its dag_id."""
    group = flow.Group("g").task("a", retries="3")
    for dag_id in ("one", "two"):
        with pytest.raises(PipelineError) as caught:
            flow.Pipeline(dag_id).then(group).build()
        assert [problem.dag_id for problem in caught.value.problems] == [dag_id]


def test_what_is_not_placed_is_not_reported() -> None:
    """A pipeline reports what it is made of."""
    flow.task("x", retries="3")

    assert flow.Pipeline("p").task("a").build().dag_id == "p"


def test_what_a_group_function_raises_is_a_problem() -> None:
    """With the line in the function; also that of an output which is used as a value."""

    def fails(item: Any) -> Any:
        raise KeyError("rows")

    def counts(item: Any) -> Any:
        return item + 1

    here = mark()
    (raised,) = problems_of(flow.each_group(fails, flow.over([1])))
    (used,) = problems_of(flow.each_group(counts, flow.over([1])))

    assert (raised.code, str(raised.location)) == ("FK401", here(-5))
    assert raised.message == "fails() raised KeyError in each_group(): 'rows'."
    assert (used.code, str(used.location)) == ("FK007", here(-2))


def test_deeply_nested_groups_can_be_shown() -> None:
    """Also where the same group is held many times over."""
    group = flow.Group("g").task("a", retries="3")
    for _ in range(2000):
        group = flow.Group("g").then(group, group)

    assert repr(group) == "<Group 'g' with 1 problem>"


def test_a_partial_can_be_mapped() -> None:
    """It has no name of its own."""
    partial = functools.partial(fn2)
    action = flow.each(partial, x=flow.over([1]))

    assert problems_of(action) == []
    assert flow.Pipeline("p").task("a", action).build().task("a").action.mapped == {"x": [1]}
    assert problems_of(flow.each_group(functools.partial(group_of), item=flow.over([1]))) == []


def test_broken_pipelines_of_generate_and_shard_are_one_pipeline() -> None:
    """A wrong call stands for pipelines that nobody knows, so it is one broken one."""
    for broken in (flow.generate(fn, [1, 2], dagid=fn), flow.shard(flow.generate(fn, [1]), 3, of=2)):
        (problem,) = problems_of(broken)
        assert problem.code in {"FK005", "FK407"}
        assert repr(broken).endswith(" with 1 problem>")
    assert repr(flow.generate(fn, [1, 2])) == "<Generated fn of 2>"
