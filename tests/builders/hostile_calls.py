"""
Calls of everything that flowkit offers, with arguments that are right, and some that are not.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Annotated, Any, TypeAlias

import attrs
from hypothesis import strategies as st

import flowkit
from flowkit.model.form import Form
from flowkit.model.options import TRIGGER_RULES, TaskOptions
from flowkit.model.pod import Pod
from flowkit.model.settings import DagSettings, GroupSettings
from tests.hostile_values import VALUES, Record

# No checker would let pass most of what is called here.
fk: Any = flowkit
Strategy: TypeAlias = "st.SearchStrategy[Any]"


def work(*args: Any, **kwargs: Any) -> Any:
    """What the tasks do."""


def one(first: Any = None, second: Any = None) -> Any:
    """A function with parameters to map over."""


async def wait(first: Any = None) -> Any:
    """What waits."""


class BaseOperator:
    """Stands in for Airflow's: flowkit knows operators by the name of their base."""

    def __init__(self, *, task_id: str, retries: int = 0) -> None: ...


class Shell(BaseOperator):
    """An operator that renders one of its arguments."""

    template_fields = ("command",)

    def __init__(self, command: Any = None, mode: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Asset:
    """Stands in for Airflow's."""

    def __init__(self, name: str) -> None:
        self.name = name

    def ref(self, **kwargs: Any) -> Any:
        """Return a reference."""
        return self


@attrs.frozen
class Options:
    """Params."""

    rows: Annotated[int, Form(title="Rows", minimum=0)] = 3


def _group_of(first: Any = None, second: Any = None) -> Any:
    return fk.Group("g").task("x", fk.python(work, first, second))


def _task(name: str) -> Any:
    return fk.task(name)


def step(pipeline: Any, *args: Any) -> Any:
    """A step for `apply`."""
    return pipeline.task("applied")


_any_text = st.text(st.characters(exclude_categories=()), max_size=12)
_leaves = st.one_of(
    # Hypothesis itself asks values for their class.
    st.sampled_from(sorted(VALUES.keys() - {"lies_about_its_class"})).map(lambda name: VALUES[name]()),
    _any_text,
    st.integers(),
    st.floats(),
    st.binary(max_size=4),
    st.datetimes(timezones=st.none() | st.just(timezone.utc)),
    st.timedeltas(),
    st.none(),
    st.booleans(),
)


def _keyed(values: Strategy) -> Strategy:
    pairs = st.tuples(_any_text | st.integers() | st.none(), values)
    return st.lists(pairs, max_size=3).map(dict)


HOSTILE: Strategy = st.recursive(
    _leaves,
    lambda values: st.one_of(
        st.lists(values, max_size=3),
        st.lists(values, max_size=3).map(tuple),
        _keyed(values),
        values.map(Record),
    ),
    max_leaves=4,
)
"""Values of any kind, within each other."""

_id = st.text(string.ascii_lowercase, min_size=1, max_size=2)
_BUILDERS: Strategy = st.deferred(
    lambda: st.one_of(
        _id.map(_task),
        _id.map(lambda name: fk.task(name, fk.python(one, 1))),
        _id.map(lambda name: fk.task(name, fk.python(one, 1)).output),
        _id.map(lambda name: fk.task(name, fk.python(one, 1)).output["key"]),
        _id.map(lambda name: f"{fk.task(name, fk.python(one, 1)).output}"),
        _id.map(lambda name: fk.Group(name).task("x")),
        _id.map(lambda name: fk.Pipeline(name).group("open")),
        _id.map(lambda name: fk.Pipeline(name).task("x")),
        st.builds(lambda a, b: fk.task(a) >> fk.task(b), _id, _id),
        st.just(fk.python(one, 1)),
        st.builds(lambda: fk.over([1, 2])),
        st.builds(lambda: fk.params(Options)),
        st.builds(lambda: fk.cron("0 3 * * *")),
        st.builds(lambda: fk.Pod(cpu="1")),
        st.builds(lambda: fk.label("text")),
    )
)
"""What flowkit's own calls return."""

ANY: Strategy = st.one_of(HOSTILE, HOSTILE, _BUILDERS)

_node = st.one_of(_id.map(_task), _id.map(lambda name: fk.Group(name).task("x")))
_action = st.one_of(
    st.none(),
    st.just(fk.python(one, 1)),
    HOSTILE.map(lambda value: fk.python(work, value)),
    st.builds(lambda: fk.each(one, first=fk.over([1, 2]))),
    st.builds(lambda: fk.operator(Shell, command="a")),
)
_after = st.one_of(st.just(()), _id, st.lists(_id | _node, max_size=2))
_OPTIONS: Mapping[str, Strategy] = {
    **dict.fromkeys(TaskOptions.__annotations__, ANY),
    "retries": st.integers(0, 3),
    "owner": st.just("me"),
    "trigger_rule": st.sampled_from(TRIGGER_RULES),
    "retry_delay": st.just(timedelta(minutes=1)),
}
_SETTINGS: Mapping[str, Strategy] = {
    **dict.fromkeys(DagSettings.__annotations__, ANY),
    "schedule": st.sampled_from(["@daily", None, timedelta(hours=1)]),
    "start_date": st.just(datetime(2026, 1, 1)),
}
_GROUP_SETTINGS: Mapping[str, Strategy] = {
    **dict.fromkeys(GroupSettings.__annotations__, ANY),
    "after": _after,
}


def _fields(cls: type[Any]) -> dict[str, Strategy]:
    return {field.alias: ANY for field in attrs.fields(cls)}


@attrs.frozen
class Call:
    """How something is called."""

    args: tuple[Strategy, ...] = ()
    """Right values, by position."""

    kwargs: Mapping[str, Strategy] = attrs.field(factory=dict)
    """Right values, or `ANY`, by name."""

    needed: tuple[str, ...] = ()
    """The names that are always given: Python itself asks for them."""

    open: bool = True
    """Whether flowkit, not Python, rejects unknown keywords."""

    hostile_from: int = 0
    """The first position at which a wrong value may stand."""


_outputs = st.builds(lambda: fk.task("p", fk.python(one, 1)).output)
_configs = st.lists(HOSTILE, max_size=3)
_builds = st.sampled_from(
    [
        lambda config: fk.Pipeline("p").task("a", fk.python(work, config)),
        lambda config: fk.Pipeline(config).task("a"),
        lambda config: config,
    ]
)

CALLS: dict[str, Call] = {
    "Pipeline": Call((_id,), _SETTINGS),
    "Group": Call((_id,), _GROUP_SETTINGS),
    "task": Call((_id, _action), {**_OPTIONS, "after": _after}),
    "setup": Call((_id, _action), {**_OPTIONS, "after": _after}),
    "teardown": Call(
        (_id, _action),
        {**_OPTIONS, "after": _after, "setups": _after, "on_failure_fail_dagrun": st.booleans()},
    ),
    "python": Call((st.just(work), ANY, ANY), {"x": ANY}),
    "native": Call((st.just(work), ANY, ANY), {"x": ANY}),
    "python_async": Call((st.just(wait),), {"first": ANY}),
    "operator": Call((st.just(Shell),), {"command": ANY, "mode": ANY}),
    "operator_of": Call((st.just(Shell),), {"command": ANY}),
    "branch": Call((st.just(one), ANY), {}),
    "branches": Call((st.just(one), ANY), {}),
    "chain": Call((_node, _node, _node), open=False),
    "label": Call((_any_text,), open=False),
    "cron": Call((st.sampled_from(["0 3 * * *", "@daily"]),), {"timezone": st.just("Europe/Berlin")}),
    "each": Call((st.just(one),), {"first": st.builds(lambda: fk.over([1])), "second": ANY}),
    "each_group": Call((st.just(_group_of),), {"first": st.builds(lambda: fk.over([1])), "second": ANY}),
    "each_group_kwargs": Call((st.just(_group_of), st.lists(_keyed(ANY), max_size=2)), {"second": ANY}),
    "each_kwargs": Call((st.just(work), st.lists(_keyed(ANY), max_size=2)), {"fixed": ANY}),
    "over": Call((st.lists(ANY, max_size=2),), open=False),
    "items.map": Call((st.just(one), _outputs), open=False),
    "items.filter": Call((st.just(one), _outputs), open=False),
    "items.concat": Call((_outputs, _outputs), open=False),
    "items.zip": Call((_outputs, _outputs), {"fill": ANY}, open=False),
    "over.zip": Call((_outputs, _outputs), open=False),
    "generate": Call((_builds, _configs), {"dag_id": st.just(str)}, open=False),
    "shard": Call(
        (st.lists(_id.map(lambda n: fk.Pipeline(n).task("x")), max_size=2), st.just(1)),
        {"of": st.just(2)},
        ("of",),
        open=False,
    ),
    "materialize": Call((st.builds(Asset, _id), st.just(one)), _SETTINGS),
    "params": Call((st.just(Options),), open=False),
    "Pod": Call((), _fields(Pod)),
    "Form": Call((), _fields(Form)),
    "Secret": Call((_id,), {"key": ANY, "optional": ANY}),
    "ConfigMap": Call((_id,), {"key": ANY, "optional": ANY}),
    "Claim": Call((_id,), {"sub_path": ANY, "read_only": ANY}),
    "EmptyDir": Call((), {"size": ANY, "in_memory": ANY}),
    "TemplateVolume": Call((_id,), {"sub_path": ANY, "read_only": ANY}),
    "Toleration": Call((), {"key": ANY, "value": ANY, "effect": ANY, "seconds": ANY}),
}
"""By the name that authors write."""

NOT_CALLED = {
    # What the calls above return, and types for annotations.
    "Action", "Branching", "Cron", "Flow", "Generated", "Node", "OpenGroup", "Preset", "RunContext", "Schedule",
    "Shard", "Task", "DagSettings", "GroupSettings", "TaskOptions",
    # What flowkit raises, and what it raises them with.
    "FlowkitError", "LazyImportError", "OutputUseError", "PipelineError", "Problem", "RegisterError",
    # Only in tasks that run; only at the top of a file.
    "context", "lazy_imports",
}  # fmt: skip
"""Names of `flowkit` that nobody calls to write a pipeline."""

METHODS: dict[str, Call] = {
    "task": CALLS["task"],
    "setup": CALLS["setup"],
    "teardown": CALLS["teardown"],
    "then": Call((_node, _node), open=False),
    "add": Call((_node,), open=False),
    "group": Call((_id,), _GROUP_SETTINGS),
    "defaults": Call((), _OPTIONS),
    "operator_defaults": Call((), {"bash_command": ANY, "env": ANY}),
    "settings": Call((), _SETTINGS),
    "named": Call((_id,), open=False),
    "returns": Call((_node,), open=False),
    # What a function of the user's raises there is not flowkit's.
    "apply": Call((st.just(step) | HOSTILE.filter(lambda value: not callable(value)), ANY), {}, (), False, 1),
    "end": Call(open=False),
    "by": Call((st.sampled_from(["virtualenv", "bash"]),), {"requirements": ANY}),
    "to": Call((st.dictionaries(_id, _after, max_size=2),), open=False),
    "__rshift__": Call((_node | st.lists(_node, max_size=2),), open=False),
    "__lshift__": Call((_node | st.lists(_node, max_size=2),), open=False),
    "__rrshift__": Call((st.lists(_node, max_size=2),), open=False),
}
"""By the name of the method, of whatever has it."""


def callee(name: str) -> Callable[..., Any]:
    """Return what a name of `CALLS` stands for."""
    first, _, rest = name.partition(".")
    found = getattr(fk, first)
    return getattr(found, rest) if rest else found  # type: ignore[no-any-return]


def described(value: object) -> str:
    """Return the text of a value, or else the name of its type."""
    try:
        return repr(value)[:200]
    except BaseException:  # noqa: BLE001
        return f"<{vars(type)['__name__'].__get__(type(value))}>"


@attrs.frozen(repr=False)
class Value:
    """A value that hypothesis can print when a test fails."""

    value: Any

    def __repr__(self) -> str:
        return described(self.value)


@attrs.frozen(repr=False)
class Arguments:
    """What a call gets, in a form that hypothesis can print."""

    args: list[Any]
    kwargs: dict[str, Any]

    def __repr__(self) -> str:
        named = [f"{name!r}: {described(value)}" for name, value in self.kwargs.items()]
        return f"({', '.join([*map(described, self.args), *named])})"


@st.composite
def arguments(draw: st.DrawFn, call: Call) -> Arguments:
    """Draw arguments: most are right."""

    def value(right: Strategy) -> Any:
        return draw(ANY if draw(st.integers(0, 3)) == 3 else right)

    args = [draw(right) if at < call.hostile_from else value(right) for at, right in enumerate(call.args)]
    names = (
        draw(st.lists(st.sampled_from(sorted(call.kwargs)), max_size=3, unique=True)) if call.kwargs else []
    )
    kwargs = {name: value(call.kwargs[name]) for name in dict.fromkeys([*call.needed, *names])}
    if call.open and draw(st.integers(0, 9)) == 9:
        unknown = st.sampled_from(["retrys", "sched", "", "a b", "class", "x\udce4", "x" * 300]) | _any_text
        kwargs[draw(unknown)] = draw(ANY)
    return Arguments(args, kwargs)
