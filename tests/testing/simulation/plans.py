"""
Random pipelines for the oracle of the simulation: plans, which print as Python, and the pipelines that they stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st

from flowkit import (
    Group,
    Pipeline,
    branch,
    branches,
    context,
    each,
    each_group,
    each_group_kwargs,
    each_kwargs,
    items,
    operator,
    over,
    python,
    setup,
    task,
    teardown,
)

RULES: Final = (
    *("all_success", "all_failed", "all_done", "all_done_min_one_success", "one_success", "one_failed"),
    *("one_done", "none_failed", "none_failed_min_one_success", "none_skipped", "all_skipped", "always"),
)
OUTCOMES: Final = ("ok", "fail", "skip", "none", "retry", "exit")

Argument: TypeAlias = "tuple[str, Any]"
"""`("out", id)`, `("text", id)`, `("list", id)`, `("lit", value)`, or `("item", number)` in a mapped group."""

Over: TypeAlias = "tuple[Any, ...]"
"""`("lit", n)`, `("out", id)`, `("map", over)`, `("filter", over)`, `("zip", over, over)`, `("concat", over, over)`."""


@dataclass(frozen=True)
class Node:
    """One task or group."""

    kind: str
    id: str
    rule: str = ""
    after: tuple[str, ...] = ()
    args: tuple[Argument, ...] = ()
    outcomes: tuple[str, ...] = ("ok",)
    """By number of the instance, over and over."""

    retries: int = 0
    over: tuple[Over, ...] = ()
    routes: tuple[tuple[str, ...], ...] = ()
    """Of a branch: the ids that each key leads to."""

    choice: tuple[int, ...] = (0,)
    """Of a chooser, by number of the instance: the key, or whether it goes on."""

    strict: bool = True
    nodes: tuple[Node, ...] = ()

    def __repr__(self) -> str:
        shown = [repr(self.kind), repr(self.id)]
        for name, default in _DEFAULTS.items():
            value = getattr(self, name)
            if value != default:
                shown.append(f"{name}={value!r}")
        return f"Node({', '.join(shown)})"


_DEFAULTS: Final[Mapping[str, Any]] = {
    name: getattr(Node, name)
    for name in (
        "rule",
        "after",
        "args",
        "outcomes",
        "retries",
        "over",
        "routes",
        "choice",
        "strict",
        "nodes",
    )
}


def kind_of(value: Any) -> Any:
    """Return *value* with the kinds of its containers, as JSON."""
    if isinstance(value, dict):
        return ["dict", {str(key): kind_of(item) for key, item in value.items()}]
    if isinstance(value, tuple | list):
        return [type(value).__name__, [kind_of(item) for item in value]]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ["seq", [kind_of(item) for item in value]]
    return value if value is None or isinstance(value, str | int | float) else str(value)


class SkipForTest(Exception):  # noqa: N818
    """Replaced by Airflow's exception where there is one."""


def happens(outcomes: tuple[str, ...]) -> str | None:
    """Do what is to happen in this instance and try; return `"none"` if nothing is to be returned."""
    ti = context()["ti"]
    outcome = outcomes[max(ti.map_index or 0, 0) % len(outcomes)]
    if outcome == "retry":
        outcome = "fail" if ti.try_number == 1 else "ok"
    if outcome == "fail":
        raise ValueError("as planned")
    if outcome == "exit":
        raise SystemExit(3)
    if outcome == "skip":
        from airflow.sdk.exceptions import AirflowSkipException

        raise AirflowSkipException("as planned")
    return outcome


def body(node: Node) -> Callable[..., Any]:
    """Return the function of a task: it returns what it got."""

    def work(a: Any = None, b: Any = None, c: Any = None, d: Any = None) -> Any:
        if happens(node.outcomes) == "none":
            return None
        ti = context()["ti"]
        return [node.id, ti.map_index, ti.try_number, kind_of([a, b, c, d])]

    return work


def source(node: Node) -> Callable[..., Any]:
    """Return the function of a task that gives a list of numbers, or a mapping."""

    def numbers(a: Any = None, b: Any = None, c: Any = None, d: Any = None) -> Any:
        if happens(node.outcomes) == "none":
            return None
        count = node.choice[0]
        return {f"k{n}": n for n in range(count)} if node.kind == "mapping" else list(range(count))

    return numbers


def chooser(node: Node) -> Callable[..., Any]:
    """Return the function of a branch or a short circuit."""

    def choose(a: Any = None, b: Any = None, c: Any = None, d: Any = None) -> Any:
        happens(node.outcomes)
        number = node.choice[max(context()["ti"].map_index or 0, 0) % len(node.choice)]
        if node.kind == "short":
            return number
        if node.kind == "branches":
            return [f"k{n}" for n in range(len(node.routes)) if number & (1 << n)]
        return f"k{number % len(node.routes)}"

    return choose


def shown(item: Any) -> Any:
    """Return an item as text."""
    return f"m{item}"


def is_odd(item: Any) -> bool:
    """Return whether an item is to be kept."""
    return str(item)[-1:] in {"1", "3", "]", ")"}


class Builder:
    """Makes the pipeline of a plan."""

    def __init__(self, items_given: tuple[Any, ...] = (), known: Mapping[str, Any] | None = None) -> None:
        self.known: dict[str, Any] = dict(known or {})
        self.items = items_given

    def add_to(self, chain: Any, nodes: Sequence[Node]) -> Any:
        """Add all nodes to a pipeline or a group."""
        for node in nodes:
            self.known[node.id] = self.node(node)
            chain = chain.add(self.known[node.id])
        return chain

    def node(self, node: Node) -> Any:
        return getattr(self, f"_{_BUILDERS.get(node.kind, node.kind)}")(node)

    def argument(self, argument: Argument) -> Any:
        kind, value = argument
        if kind == "lit":
            return value
        if kind == "item":
            return self.items[value % len(self.items)] if self.items else "no item"
        output = self.known[value].output
        return (
            {"out": output, "list": [output, "x{{ 1 + 1 }}"], "text": None}[kind]
            if kind != "text"
            else f"<{output}>"
        )

    def args(self, node: Node) -> list[Any]:
        return [self.argument(argument) for argument in node.args]

    def named(self, node: Node) -> dict[str, Any]:
        return dict(zip("abcd", self.args(node), strict=False))

    def over(self, given: Over) -> Any:
        kind, *parts = given
        if kind == "lit":
            return list(range(parts[0]))
        if kind == "texts":
            return [f"t{{{{ {n} }}}}" for n in range(parts[0])]
        if kind == "out":
            return self.known[parts[0]].output
        values = [self.over(part) for part in parts]
        if kind == "map":
            return items.map(shown, values[0])
        if kind == "filter":
            return items.filter(is_odd, values[0])
        return items.zip(*values) if kind == "zip" else items.concat(*values)

    def options(self, node: Node) -> dict[str, Any]:
        options: dict[str, Any] = {}
        if node.rule:
            options["trigger_rule"] = node.rule
        if node.retries:
            options |= {"retries": node.retries, "retry_delay": timedelta(0)}
        return options

    def after(self, node: Node) -> tuple[Any, ...]:
        return tuple(self.known[other] for other in node.after)

    def _task(self, node: Node) -> Any:
        call = python(body(node), *self.args(node))
        return task(node.id, call, after=self.after(node), **self.options(node))

    def _empty(self, node: Node) -> Any:
        return task(node.id, after=self.after(node), **self.options(node))

    def _source(self, node: Node) -> Any:
        call = python(source(node), *self.args(node))
        return task(node.id, call, after=self.after(node), **self.options(node))

    def _each(self, node: Node) -> Any:
        given = {name: over(self.over(value)) for name, value in zip("cd", node.over, strict=False)}
        fixed = dict(zip("ab", self.args(node), strict=False))
        return task(node.id, each(body(node), **fixed, **given), after=self.after(node), **self.options(node))

    def _sets(self, node: Node) -> Any:
        count = node.over[0][1]
        sets = [{"c": n, "d": "s{{ 1 + 1 }}"} if n % 2 else {"c": n} for n in range(count)]
        call = each_kwargs(body(node), sets)
        return task(node.id, call, after=self.after(node), **self.options(node))

    def _branch(self, node: Node) -> Any:
        routes = {
            f"k{number}": tuple(self.known[other] for other in ids) for number, ids in enumerate(node.routes)
        }
        word: Any = branches if node.kind == "branches" else branch
        call = word(chooser(node), *self.args(node)).to(routes)
        return task(node.id, call, after=self.after(node), **self.options(node))

    def _short(self, node: Node) -> Any:
        call = python(chooser(node), *self.args(node)).by(
            "short_circuit", ignore_downstream_trigger_rules=node.strict
        )
        return task(node.id, call, after=self.after(node), **self.options(node))

    def _latest(self, node: Node) -> Any:
        from airflow.providers.standard.operators.latest_only import LatestOnlyOperator

        return task(
            node.id,
            operator(LatestOnlyOperator),  # type: ignore[call-arg] # without the plugin
            after=self.after(node),
            **self.options(node),
        )

    def _setup(self, node: Node) -> Any:
        call = python(body(node), *self.args(node))
        return setup(node.id, call, after=self.after(node), **self.options(node))

    def _teardown(self, node: Node) -> Any:
        call = python(body(node), *self.args(node))
        setups = tuple(self.known[other] for other in node.routes[0])
        after = self.after(node) or None
        more: Any = {} if node.strict else {"on_failure_fail_dagrun": True}
        return teardown(node.id, call, setups=setups, after=after, **more)

    def _group(self, node: Node) -> Any:
        inner = Builder(self.items, self.known)
        group = inner.add_to(Group(node.id, after=self.after(node)), node.nodes)
        self.known.update(inner.known)
        return group

    def _each_group(self, node: Node) -> Any:
        def make(c: Any, d: Any = None) -> Any:
            inner = Builder((c,) if len(node.over) == 1 else (c, d), self.known)
            group = inner.add_to(Group(node.id, after=self.after(node)), node.nodes)
            self.known.update(inner.known)
            return group

        given = {name: over(self.over(value)) for name, value in zip("cd", node.over, strict=False)}
        return each_group(make, **given)

    def _group_sets(self, node: Node) -> Any:
        def make(c: Any) -> Any:
            inner = Builder((c,), self.known)
            group = inner.add_to(Group(node.id, after=self.after(node)), node.nodes)
            self.known.update(inner.known)
            return group

        sets = [{"c": f"s{{{{ {n} }}}}"} for n in range(node.over[0][1])]
        return each_group_kwargs(make, sets)


_BUILDERS: Final = {"mapping": "source", "branches": "branch"}


def pipeline_of(nodes: Sequence[Node], dag_id: str = "plan", **settings: Any) -> Pipeline:
    """Return the pipeline of a plan."""
    chain: Pipeline = Builder().add_to(Pipeline(dag_id, **settings), nodes)
    return chain


class Drawer:
    """Draws a plan."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.count = 0
        self.outputs: list[str] = []
        """Tasks outside of mapped groups, and in the current one, whose outputs may be taken."""

        self.mapped: list[str] = []
        self.sources: list[str] = []
        self.mappings: list[str] = []

    def chance(self, tenths: int) -> bool:
        return self.draw(st.integers(0, 9)) >= 10 - tenths

    def pick(self, options: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(list(options)))

    def nodes(self, most: int, depth: int = 0, in_mapped: bool = False) -> tuple[Node, ...]:
        found: list[Node] = []
        for _ in range(self.draw(st.integers(1, most))):
            found += self.some(found, depth, in_mapped)
        return tuple(found)

    def some(self, before: Sequence[Node], depth: int, in_mapped: bool) -> list[Node]:
        kinds = ["task"] * 5 + ["branch", "short", "branches", "empty", "setup"]
        if depth < 2:
            kinds += ["group"]
        if not in_mapped:
            kinds += ["source", "source", "mapping", "each", "each", "each", "sets", "latest"]
            kinds += ["each_group"] * 3 + ["group_sets"] if depth < 2 else []
        return list(getattr(self, f"draw_{self.pick(kinds)}")(before, depth, in_mapped))

    def next(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def common(self, before: Sequence[Node], kind: str, letter: str, most_args: int = 2) -> dict[str, Any]:
        after = [node.id for node in before if node.kind != "teardown" and self.chance(3)]
        if not after and before and self.chance(5):
            last = [node.id for node in before if node.kind != "teardown"]
            after = last[-1:]
        args = tuple(self.argument() for _ in range(self.draw(st.integers(0, most_args))))
        outcomes = tuple(self.pick(OUTCOMES) for _ in range(3)) if self.chance(3) else ("ok",)
        return {
            "kind": kind,
            "id": self.next(letter),
            "rule": self.pick(RULES) if self.chance(4) else "",
            "after": tuple(after[-3:]),
            "args": args,
            "outcomes": outcomes,
            "retries": 1 if self.chance(2) else 0,
        }

    def argument(self) -> Argument:
        if not self.outputs or self.chance(2):
            literal: Argument = self.pick(
                [("lit", "a{{ 1 + 1 }}"), ("lit", 7), ("item", 0), ("item", 1), ("lit", "t\n")]
            )
            return literal
        return self.pick(["out", "out", "text", "list"]), self.pick(self.outputs)

    def draw_task(self, before: Sequence[Node], depth: int, in_mapped: bool) -> list[Node]:
        node = Node(**self.common(before, "task", "t"))
        self.outputs.append(node.id)
        return [node]

    def draw_empty(self, before: Sequence[Node], depth: int, in_mapped: bool) -> list[Node]:
        return [Node(**{**self.common(before, "empty", "e", 0), "outcomes": ("ok",)})]

    def draw_latest(self, before: Sequence[Node], depth: int, in_mapped: bool) -> list[Node]:
        return [Node(**{**self.common(before, "latest", "l", 0), "outcomes": ("ok",)})]

    def draw_source(self, before: Sequence[Node], depth: int, in_mapped: bool) -> list[Node]:
        node = Node(**self.common(before, "source", "s", 1), choice=(self.draw(st.integers(0, 3)),))
        self.sources.append(node.id)
        self.outputs.append(node.id)
        return [node]

    def draw_mapping(self, before: Sequence[Node], depth: int, in_mapped: bool) -> list[Node]:
        node = Node(**self.common(before, "mapping", "m", 1), choice=(self.draw(st.integers(0, 3)),))
        self.mappings.append(node.id)
        self.outputs.append(node.id)
        return [node]

    def draw_over(self, nested: bool = True) -> Over:
        way = self.draw(st.integers(0, 9)) if nested else 0
        sources = [*self.sources, *self.mapped]
        if way > 5 and sources:
            kind = self.pick(["map", "filter", "zip", "concat"])
            parts = [("out", self.pick(sources)) for _ in range(1 if kind in {"map", "filter"} else 2)]
            return (kind, *parts)
        known = [*sources, *self.mappings]
        if known and self.chance(7):
            return "out", self.pick(known)
        return self.pick(["lit", "lit", "texts"]), self.draw(st.integers(0, 3))

    def overs(self) -> tuple[Over, ...]:
        return tuple(self.draw_over() for _ in range(2 if self.chance(3) else 1))

    def draw_each(self, before: Sequence[Node], depth: int, in_mapped: bool) -> list[Node]:
        node = Node(**self.common(before, "each", "x"), over=self.overs())
        self.mapped.append(node.id)
        self.outputs.append(node.id)
        return [node]

    def draw_sets(self, before: Sequence[Node], depth: int, in_mapped: bool) -> list[Node]:
        node = Node(**self.common(before, "sets", "y", 0), over=(("lit", self.draw(st.integers(0, 3))),))
        self.mapped.append(node.id)
        self.outputs.append(node.id)
        return [node]

    def draw_branch(
        self, before: Sequence[Node], depth: int, in_mapped: bool, several: bool = False
    ) -> list[Node]:
        targets = [
            node for _ in range(self.draw(st.integers(1, 3))) for node in self.draw_task((), depth, in_mapped)
        ]
        if depth < 2 and self.chance(2):
            targets += self.draw_group((), depth, in_mapped)
        routes = tuple((node.id,) for node in targets) + (((),) if self.chance(2) else ())
        common = self.common(before, "branches" if several else "branch", "b", 0)
        choices = tuple(self.draw(st.integers(0, 2 ** len(routes) - 1)) for _ in range(3))
        chooser_node = Node(**common, routes=routes, choice=choices)
        if self.chance(6):
            join = self.draw_task((), depth, in_mapped)[0]
            ids = tuple(node.id for node in targets)
            rule = self.pick(
                ["none_failed_min_one_success", "none_failed", "all_done", "one_success", "all_success"]
            )
            extra = (chooser_node.id,) if self.chance(2) else ()
            join = Node(**{**vars(join), "after": (*ids, *extra), "rule": rule})
            return [*targets, chooser_node, join]
        return [*targets, chooser_node]

    def draw_branches(self, before: Sequence[Node], depth: int, in_mapped: bool) -> list[Node]:
        return self.draw_branch(before, depth, in_mapped, several=True)

    def draw_short(self, before: Sequence[Node], depth: int, in_mapped: bool) -> list[Node]:
        choices = tuple(self.draw(st.integers(0, 1)) for _ in range(3))
        node = Node(**self.common(before, "short", "c", 1), choice=choices, strict=self.chance(5))
        next_task = self.draw_task((), depth, in_mapped)[0]
        return [node, Node(**{**vars(next_task), "after": (node.id,)})]

    def draw_setup(self, before: Sequence[Node], depth: int, in_mapped: bool) -> list[Node]:
        up = Node(**{**self.common(before, "setup", "u", 1), "rule": ""})
        self.outputs.append(up.id)
        work: list[Node] = []
        for _ in range(self.draw(st.integers(0, 2))):
            (node,) = self.draw_task(work, depth, in_mapped)
            work.append(Node(**{**vars(node), "after": (*node.after, up.id), "rule": ""}))
        common = self.common((), "teardown", "d", 0)
        down = Node(
            **{**common, "rule": "", "retries": 0, "after": tuple(node.id for node in work[-1:])},
            routes=((up.id,),),
            strict=self.chance(7),
        )
        return [up, *work, down]

    def draw_group(self, before: Sequence[Node], depth: int, in_mapped: bool) -> list[Node]:
        common = self.common(before, "group", "g", 0)
        inner = self.nodes(3, depth + 1, in_mapped)
        return [Node("group", common["id"], after=common["after"], nodes=inner)]

    def draw_each_group(
        self, before: Sequence[Node], depth: int, in_mapped: bool, by_set: bool = False
    ) -> list[Node]:
        common = self.common(before, "each_group", "G", 0)
        given: tuple[Over, ...] = (("lit", self.draw(st.integers(0, 3))),) if by_set else self.overs()
        outer = list(self.outputs)
        inner = self.nodes(3, depth + 1, in_mapped=True)
        if not self.chance(5):
            self.outputs = outer
        return [
            Node(
                "group_sets" if by_set else "each_group",
                common["id"],
                after=common["after"],
                over=given,
                nodes=inner,
            )
        ]

    def draw_group_sets(self, before: Sequence[Node], depth: int, in_mapped: bool) -> list[Node]:
        return self.draw_each_group(before, depth, in_mapped, by_set=True)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Node, ...]:
    """Random plans."""
    return Drawer(draw).nodes(6)
