"""
Pipelines on which the simulation and Airflow have to agree: one for each oddity, and for each difference once found.
"""

from __future__ import annotations

import enum
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs

from flowkit import Group, Pipeline, context, each, each_group, each_kwargs, items, over, python, task
from tests.testing.simulation.plans import Node, kind_of, pipeline_of


class Colour(enum.Enum):
    """Not of JSON."""

    RED = 1


class Word(str, enum.Enum):
    """A text."""

    A = "a"


@attrs.frozen
class Config:
    """Refused when it is read."""

    table: str
    rows: int = 1


@dataclass(frozen=True)
class Limits:
    """Likewise."""

    low: int


Pair = namedtuple("Pair", ("left", "right"))  # noqa: PYI024 - what users have

VALUES: Final[Mapping[str, Any]] = {
    "text": "x", "empty": "", "zero": 0, "true": True, "float": 1.5, "big": 2**63, "negative": -(2**63),
    "huge": 2**70, "nan": float("nan"), "infinite": float("inf"), "bytes": b"x", "array": bytearray(b"x"),
    "list": [1, "a", None], "tuple": (1, (2, 3)), "set": {1}, "frozenset": frozenset({1}), "pair": Pair(1, [2]),
    "dict": {"a": {"b": 1}}, "keys": {1: "a", 2.5: "b"}, "none_key": {None: 1}, "nested": [{"a": (1, {2})}],
    "reserved": {"__classname__": "x"}, "date": date(2026, 1, 2), "time": time(1, 2), "delta": timedelta(minutes=3),
    "naive": datetime(2026, 1, 2, 3, 4), "utc": datetime(2026, 1, 2, 3, 4, tzinfo=timezone.utc),
    "zone": datetime(2026, 1, 2, 3, 4, tzinfo=ZoneInfo("Europe/Berlin")), "zoneinfo": ZoneInfo("Asia/Tokyo"),
    "offset": datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=2))), "decimal": Decimal("1.50"),
    "whole": Decimal(3), "uuid": UUID(int=5), "range": range(3), "path": PurePosixPath("/a"), "enum": Colour.RED,
    "word": Word.A, "attrs": Config("t"), "dataclass": Limits(1), "complex": 1j, "type": int, "function": len,
    "generator": (n for n in range(2)), "object": object(), "error": ValueError("x"), "lists": [Config("t")],
}  # fmt: skip
"""Values of every kind that a function may return."""


def gives(name: str) -> Callable[[], Any]:
    def give() -> Any:
        return VALUES[name]

    return give


def takes(value: Any) -> Any:
    return [type(value).__name__, kind_of(value)]


def kinds_of_values() -> Pipeline:
    """What each value becomes on its way, in an argument, a list and a text."""
    pipeline = Pipeline("p")
    for name in VALUES:
        giver = task(f"give_{name}", python(gives(name)))
        taker = task(f"take_{name}", python(takes, giver.output))
        text = task(f"text_{name}", python(takes, f"<{giver.output}>"))
        pipeline = pipeline.add(giver).add(taker).add(text)
    return pipeline


def returned_sequence() -> Pipeline:
    """The results of a mapped task are a sequence: to return it fails."""
    e = task("each", each(takes, over([1, 2])))
    return (
        Pipeline("p")
        .then(e)
        .then(task("same", python(same, e.output)))
        .then(task("size", python(sizes, e.output)))
    )


def same(value: Any) -> Any:
    return value


def sizes(value: Sequence[Any]) -> Any:
    return [len(value), value[0], value[-1], list(value[0:1]), list(value) == [*value]]


def by_key() -> Pipeline:
    """Keys of a mapping; a missing one is None."""

    def pairs() -> dict[str, Any]:
        return {"a": 1, "b": [2]}

    p = task("pairs", python(pairs))
    text = f"{p.output['a']} {p.output['b']}"
    return Pipeline("p").then(p).then(task("use", python(takes, [p.output["a"], p.output["z"], text])))


def no_pairs() -> Pipeline:
    """A function whose keys are used, and that returns no mapping."""

    def none() -> Any:
        return [1]

    p = task("none", python(none))
    return Pipeline("p").then(p).then(task("use", python(takes, p.output["a"])))


def not_pushed() -> Pipeline:
    """`do_xcom_push=False`."""
    p = task("p", python(gives("list")), do_xcom_push=False)
    return (
        Pipeline("p")
        .then(p)
        .then(task("use", python(takes, p.output)))
        .then(task("t", python(takes, f"{p.output}")))
    )


@attrs.frozen
class Source:
    """An item of a mapped group."""

    table: str
    rows: list[int]


def groups_over_objects() -> Pipeline:
    """Fields of items, templates in them, and gathered outputs."""

    def load(source: Source) -> Group[Any]:
        one = task("one", python(takes, [source.table, source]))
        two = task("two", python(takes, [source.rows, one.output, f"{one.output}"]))
        return Group("load").then(one).then(two).returns(two)

    g = each_group(load, over([Source("a{{ ds }}", [1]), Source("b\n", [2, 3])]))
    return (
        Pipeline("p")
        .then(g)
        .then(task("all", python(takes, g.output)))
        .then(task("t", python(takes, f"{g.output}")))
    )


def a_group_without_copies() -> Pipeline:
    """It gives an empty list where the rule lets the task run."""

    def none() -> list[int]:
        return []

    def load(n: int) -> Group[Any]:
        one = task("one", python(takes, n))
        return Group("load").then(one).returns(one)

    n = task("none", python(none))
    g = each_group(load, over(n.output))
    return (
        Pipeline("p")
        .then(n)
        .then(g)
        .then(task("all", python(takes, g.output), trigger_rule="all_done"))
        .then(task("strict", python(takes, g.output)))
    )


def records_with_templates() -> Pipeline:
    """In attrs values, sets, tuples and mappings."""
    n = task("n", python(gives("list")))
    values = [
        Config("{{ ds }}"),
        {"a": Config(f"{n.output}")},
        {"plain"},
        {"{{ ds }}"},
        Pair("{{ ds }}", n.output),
        ("a\n", "b\r\nc\n"),
    ]
    return (
        Pipeline("p").then(n).then(*(task(f"t{i}", python(shows, value)) for i, value in enumerate(values)))
    )


def shows(value: Any) -> str:
    return repr(value)


def native() -> Pipeline:
    """Of the pipeline and of a task."""
    n = task("n", python(gives("list")))
    pipeline = Pipeline("p", render_template_as_native_obj=True).then(n)
    texts = ["{{ [1, 2] }}", "7", "a\n", "{{ ds }}", f"{n.output}", "x {{ 1 }}", "{{ None }}", "1, 2"]
    return pipeline.then(*(task(f"t{i}", python(takes, text)) for i, text in enumerate(texts)))


def macros() -> Pipeline:
    """What templates have."""
    texts = [
        "{{ ds_nodash }} {{ ts }} {{ ts_nodash }} {{ ts_nodash_with_tz }} {{ logical_date | ds }}",
        "{{ macros.ds_add(ds, 5) }} {{ macros.ds_format(ds, '%Y-%m-%d', '%d.%m.') }}",
        "{{ params.x }} {{ dag.dag_id[:6] }} {{ task.task_id }} {{ ti.try_number }} {{ run_id[:6] }}",
        "{{ data_interval_start == data_interval_end }} {{ logical_date.add(days=1) | ts }} {{ macros.timedelta(1) }}",
        "{{ missing }}",
        "{{ ds.upper( }}",
        "{% for x in [1, 2] %}{{ x }}{% endfor %}{# note #}",
        "{{ dag_run.conf }} {{ dag_run.run_type }} {{ task.owner }} {{ ti.map_index }}",
    ]
    pipeline = Pipeline("p", params={"x": 3})
    return pipeline.add(*(task(f"t{i}", python(takes, text)) for i, text in enumerate(texts)))


def context_by_parameters() -> Pipeline:
    """Parameters that are named like values of the context."""

    def named(x: int, ds: Any = None, ti: Any = None, **more: Any) -> list[Any]:
        return [x, ds, ti.task_id, "params" in more, "ds" in more, "templates_dict" in more]

    def pushes(ti: Any = None) -> None:
        ti.xcom_push("k", {"a": (1,)})

    def pulls() -> Any:
        ti = context()["ti"]
        return kind_of([
            ti.xcom_pull("pushes", key="k"), ti.xcom_pull(["named", "pushes"]), ti.xcom_pull("none", default=3),
            ti.xcom_pull("pushes", key="z", map_indexes=-1, default=4), ti.xcom_pull(key="k"),
        ])  # fmt: skip

    return (
        Pipeline("p")
        .task("named", python(named, 1))
        .task("pushes", python(pushes))
        .task("pulls", python(pulls))
    )


def transforms() -> Pipeline:
    """`items.…`, over lists, mapped tasks and each other."""

    def numbers() -> list[int]:
        return [1, 2, 3]

    def letters() -> list[str]:
        return ["a", "b"]

    def is_odd(n: int) -> bool:
        return n % 2 == 1

    def half(n: int) -> float:
        return 1 / (n - 2)

    n, a = task("n", python(numbers)), task("a", python(letters))
    e = task("e", each(same, over(n.output)))
    pipeline = Pipeline("p").then(n, a).then(e)
    for name, value in {
        "filter": items.filter(is_odd, n.output),
        "fails": items.map(half, n.output),
        "zip": items.zip(n.output, a.output),
        "filled": items.zip(n.output, a.output, fill="?"),
        "concat": items.concat(n.output, a.output),
        "mapped": items.filter(is_odd, e.output),
        "both": items.zip(e.output, items.map(half, n.output)),
    }.items():
        call: Any = each(takes, over(value))
        pipeline = pipeline.add(task(name, call, after=(n, a, e)))
    return pipeline


def sets_of_arguments() -> Pipeline:
    """Written and returned ones, with templates in both."""

    def sets() -> list[dict[str, Any]]:
        return [{"value": "{{ ds }}"}, {"value": [1]}, {"wrong": 1}]

    s = task("sets", python(sets))
    written: Any = [{"value": "{{ ds }}"}, {"value": s.output}, {"value": Config("{{ ds }}")}]
    return (
        Pipeline("p")
        .then(s)
        .then(task("returned", each_kwargs(takes, s.output)))
        .then(task("written", each_kwargs(takes, written)))
    )


def unmappable() -> Pipeline:
    """To map over a text, a number or nothing fails the task that gives it."""
    pipeline = Pipeline("p")
    for name in ("text", "zero", "tuple", "set", "dict"):
        giver = task(f"give_{name}", python(gives(name)))
        pipeline = pipeline.add(giver).add(task(f"each_{name}", each(takes, over(giver.output))))
    return pipeline


def fail_fast() -> Pipeline:
    """The rest is skipped; a run whose last task is skipped succeeds."""

    def fails() -> None:
        raise ValueError

    return Pipeline("p", fail_fast=True).task("a").task("bad", python(fails)).task("c").task("d")


def retries_and_exits() -> Pipeline:
    """A task that exits is tried again."""
    plan = [
        Node("task", "exit", outcomes=("exit",), retries=2),
        Node("task", "retry", outcomes=("retry",), retries=1),
        Node("task", "skip", outcomes=("skip",), retries=1),
        Node("each", "some", outcomes=("ok", "retry", "fail"), retries=1, over=(("lit", 3),)),
    ]
    return pipeline_of(plan)


CASES: Final[tuple[Callable[[], Pipeline], ...]] = (
    kinds_of_values, returned_sequence, by_key, no_pairs, not_pushed, groups_over_objects, a_group_without_copies,
    records_with_templates, native, macros, context_by_parameters, transforms, sets_of_arguments, unmappable, fail_fast,
    retries_and_exits,
)  # fmt: skip

PLANS: Final[Mapping[str, tuple[Node, ...]]] = {
    "a short circuit skips tasks that are mapped over written items only by their rule": (
        Node("short", "c", choice=(0,)),
        Node("task", "t", after=("c",)),
        Node("each", "x", after=("t",), over=(("lit", 2),)),
        Node("each", "y", rule="all_done", after=("t",), over=(("lit", 2),)),
    ),
    "a group in a group counts its copies together": (
        Node(
            "each_group",
            "G",
            over=(("lit", 2),),
            nodes=(
                Node("task", "a", args=(("item", 0),)),
                Node("task", "b", after=("a",), outcomes=("fail", "ok")),
            ),
        ),
        Node("task", "z", rule="one_success", after=("G",)),
    ),
}
"""Plans, by what they show."""
