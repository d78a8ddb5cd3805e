"""
Random pipelines as the text of a file: typed as an author would type them, so that type checkers accept them.

Functions, arguments and mappings are drawn together with their types. What such a pipeline may still do wrong is left
to `flowkit check`: what branches skip, what fails before a join, what Airflow cannot map.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, Final

from hypothesis import strategies as st

from tests.airflow.typed_functions import SPREAD, Source

HEAD = """\
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal

from flowkit import (
    Group, Pipeline, branch, branches, each, each_group, each_group_kwargs, each_kwargs, items, over, python,
    setup, task, teardown,
)
from flowkit.airflow.dags import register
from tests.airflow.typed_functions import (
    Job, Totals, checked, chosen, goes_on, keeps, made, maybe, note_item, several
)

"""
BASIC: Final = ("int", "str", "list[int]", "list[str]", "dict[str, int]", "Totals")
RULES: Final = (
    *("none_failed_min_one_success", "none_failed", "all_done", "one_success", "all_done_min_one_success"),
    *("none_skipped", "one_done", "always", "all_failed", "one_failed", "all_skipped"),
)
LITERALS: Final = {
    "int": "7",
    "str": '"{{ task.task_id }}"',
    "list[int]": "[7, 8]",
    "list[str]": '["a", "{{ task.task_id }}"]',
    "dict[str, int]": '{"a": 7, "b": 8}',
    "Totals": '{"rows": 7, "name": "{{ task.task_id }}"}',
}


@dataclass(frozen=True)
class Value:
    """Something that may be an argument."""

    text: str
    type: str
    source: Source | None = None
    mappable: bool = False
    """Whether a task may be mapped over it."""


@dataclass
class Scope:
    """The pipeline, a group, or the function of a mapped group."""

    values: list[Value]
    links: list[str] = field(default_factory=list)
    """The calls of the chain."""

    lines: list[str] = field(default_factory=list)
    in_mapped: bool = False
    depth: int = 0
    tasks: list[tuple[str, Value]] = field(default_factory=list)
    """The variables of tasks that stand here, with their outputs."""


@dataclass(frozen=True)
class Drawn:
    """A file with one pipeline `p`, and how it is run."""

    text: str
    sources: dict[str, dict[str, Source]]
    choosers: dict[str, int]
    """By function of a branch or a short circuit: the number of its outcomes."""

    in_copies: bool
    """Whether there are choosers in mapped groups."""

    trouble: dict[str, str]
    """By function: what goes wrong in the last of the runs."""

    @property
    def choices(self) -> list[dict[str, int]]:
        """What the choosers choose in each run."""
        every = product(*(range(count) for count in self.choosers.values()))
        found = [dict(zip(self.choosers, numbers, strict=True)) for numbers in every]
        return [*([{**found[0], SPREAD: 1}] if self.in_copies else []), *found]


class Drawer:
    """
    Draws a file.
    """

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.count = 0
        self.functions: list[str] = []
        self.names: list[str] = []
        self.sources: dict[str, dict[str, Source]] = {}
        self.choosers: dict[str, int] = {}
        self.in_setup = 0
        self.in_copies = False

    def chance(self, tenths: int) -> bool:
        return self.draw(st.integers(0, 9)) >= 10 - tenths

    def pick(self, options: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(options))

    def next(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def file(self) -> Drawn:
        scope = Scope([])
        self.fill(scope, self.draw(st.integers(1, 4)))
        last = f'register(Pipeline("p"){"".join(scope.links)})'
        text = "\n".join([HEAD, *self.functions, *scope.lines, last])
        troubles = ("fail", "retry", "skip", "none", "one")
        trouble = {name: self.pick(troubles) for name in self.names if self.chance(2)}
        return Drawn(f"{text}\n", self.sources, self.choosers, self.in_copies, trouble)

    # Scopes.

    def fill(self, scope: Scope, count: int) -> None:
        kinds = ["task", "task", "branch", "group", "short", "branches", "setup"]
        if not scope.in_mapped:
            kinds += ["each", "each", "each_group", "each_group", "sets", "group_sets"]
        for _ in range(count):
            kind = self.pick(kinds)
            if scope.depth > 1 and "group" in kind:
                kind = "task"
            getattr(self, f"add_{kind}")(scope)

    def place(self, scope: Scope, *nodes: str) -> None:
        if nodes:
            scope.links.append(f".{'add' if self.chance(1) else 'then'}({', '.join(nodes)})")

    def add_task(self, scope: Scope) -> None:
        self.place(scope, self.task(scope))

    def task(self, scope: Scope) -> str:
        """Write a task, and return its variable."""
        name = self.next("t")
        if self.chance(1):
            scope.lines.append(f'{name} = task("{name}"{self.options()})')
            return name
        returns = self.pick([*BASIC, "int | None", "None"])
        function, call = self.call(scope, returns)
        options = self.options()
        scope.lines.append(f'{name} = task("{name}", python({function}{call}){options})')
        self.keep(scope, name, None if "do_xcom_push" in options else function, returns)
        return name

    def keep(self, scope: Scope, name: str, function: str | None, returns: str) -> None:
        if returns == "None":
            return
        which: Any = "copy" if scope.in_mapped else "one"
        mappable = returns.startswith(("list", "dict")) and not scope.in_mapped
        source = None if function is None else Source(function, which)
        value = Value(f"{name}.output", returns, source, mappable)
        scope.values.append(value)
        scope.tasks.append((name, value))
        for key, kind in (("rows", "int"), ("name", "str")) if returns == "Totals" else ():
            part = source and replace(source, key=key)
            scope.values.append(Value(f"{name}.output['{key}']", kind, part))

    def options(self) -> str:
        rule = f', trigger_rule="{self.pick(RULES)}"' if self.chance(1 if self.in_setup else 4) else ""
        more = ("", ", retries=1, retry_delay=timedelta(0)", ", do_xcom_push=False")
        option: str = self.pick(more if self.chance(2) else more[:1])
        return rule + option

    # Functions and arguments.

    def call(self, scope: Scope, returns: str, first: Sequence[tuple[str, str, Any]] = ()) -> tuple[str, str]:
        """
        Write a function that takes *first* (types, texts and sources) and more; return its name and the arguments.
        """
        name = self.next("f")
        arguments = [*first, *(self.argument(scope) for _ in range(self.draw(st.integers(0, 2))))]
        parameters: list[str] = []
        texts: list[str] = []
        by_name = False
        for number, (kind, text, source) in enumerate(arguments):
            parameter = f"{name}_{number}"
            by_name = by_name or self.chance(2)
            parameters.append(f"{parameter}: {kind}")
            texts.append(f", {parameter}={text}" if by_name else f", {text}")
            if source is not None:
                self.sources.setdefault(name, {})[parameter] = source
        self.function(name, parameters, returns)
        return name, "".join(texts)

    def function(self, name: str, parameters: Sequence[str], returns: str, body: str = "") -> None:
        body = body or f"return made({returns})"
        if returns == "None":
            body = "return None"
        elif returns.endswith("| None"):
            body = f"return maybe({returns.removesuffix(' | None')})"
        elif "Literal" in returns:
            keys = returns.removeprefix("list[").removesuffix("]").removeprefix("Literal[").removesuffix("]")
            body = f"return {'several' if returns.startswith('list') else 'chosen'}({keys})"
        elif returns == "bool":
            body = "return goes_on()"
        self.functions.append(f"@checked\ndef {name}({', '.join(parameters)}) -> {returns}:\n    {body}\n")
        self.names.append(name)

    def argument(self, scope: Scope) -> tuple[str, str, Source | None]:
        """Draw an argument: its type, its text and its source."""
        if not scope.values or self.chance(1):
            kind = self.pick(BASIC)
            return kind, LITERALS[kind], None
        # Mostly what has just been made: that is what a branch nearby skips.
        value: Value = self.pick(scope.values[-3:] if self.chance(6) else scope.values)
        way = self.draw(st.integers(0, 9))
        optional = " | None" if self.chance(2) and not value.type.endswith("None") else ""
        if way < 5:
            return value.type + optional, value.text, value.source
        if way == 5 and "." in value.text:  # items of mapped groups cannot stand in texts
            return "str", f'f"text {{{value.text}}}"', None
        if way == 6 and value.type in {"int", "str"}:
            return f"list[{value.type}{optional}]", f"[{value.text}, {LITERALS[value.type]}]", None
        if way == 7:
            return f"dict[str, {value.type}{optional}]", f'{{"a": {value.text}}}', None
        if way == 8:
            number = value.text if value.type == "int" else "7"
            text = value.text if value.type == "str" else '"{{ task.task_id }}"'
            parts = value.text if value.type == "list[str]" else f"[{text}]"
            return "Job", f"Job({number}, {text}, {parts})", None
        return value.type + optional, value.text, value.source

    # Choosers.

    def targets(self, scope: Scope, keys: Sequence[str]) -> tuple[str, list[str]]:
        """Draw what the keys lead to: the text of the routes, and the nodes to place."""
        routes: list[str] = []
        nodes: list[str] = []
        for key in keys:
            way = self.draw(st.integers(0, 9))
            made = [] if way == 9 else [self.node(scope) for _ in range(2 if way == 8 else 1)]
            nodes += made
            routes.append(f'"{key}": {made[0] if len(made) == 1 else "(" + ", ".join(made) + ")"}')
        return f"{{{', '.join(routes)}}}", nodes

    def node(self, scope: Scope) -> str:
        return self.group(scope) if scope.depth < 2 and self.chance(1) else self.task(scope)

    def add_branch(self, scope: Scope, several: bool = False) -> None:
        keys = ["a", "b", "c"][: self.draw(st.integers(1, 3))]
        kind = f"Literal[{', '.join(repr(key) for key in keys)}]".replace("'", '"')
        # Before its targets are made, whose outputs it could not take.
        function, call = self.call(scope, f"list[{kind}]" if several else kind)
        self.in_copies = self.in_copies or scope.in_mapped
        if not scope.in_mapped:
            self.choosers[function] = len(keys) + several
        routes, nodes = self.targets(scope, keys)
        name, word = self.next("b"), "branches" if several else "branch"
        scope.lines.append(f'{name} = task("{name}", {word}({function}{call}).to({routes}))')
        self.place(scope, name)
        if self.chance(8):
            self.place(scope, *nodes)

    def add_branches(self, scope: Scope) -> None:
        self.add_branch(scope, several=True)

    def add_short(self, scope: Scope) -> None:
        function, call = self.call(scope, "bool")
        self.in_copies = self.in_copies or scope.in_mapped
        if not scope.in_mapped:
            self.choosers[function] = 2
        name, more = self.next("c"), ", ignore_downstream_trigger_rules=False" if self.chance(5) else ""
        scope.lines.append(f'{name} = task("{name}", python({function}{call}).by("short_circuit"{more}))')
        self.place(scope, name)

    def add_setup(self, scope: Scope) -> None:
        self.in_setup += 1
        up, down = self.next("s"), self.next("d")
        function, call = self.call(scope, "int")
        scope.lines.append(f'{up} = setup("{up}", python({function}{call}))')
        self.place(scope, up)
        self.keep(scope, up, function, "int")
        self.fill(scope, self.draw(st.integers(0, 1)))
        self.in_setup -= 1
        function, call = self.call(scope, "None")
        scope.lines.append(f'{down} = teardown("{down}", python({function}{call}), setups={up})')
        self.place(scope, down)

    # Groups.

    def add_group(self, scope: Scope) -> None:
        self.place(scope, self.group(scope))

    def group(self, scope: Scope) -> str:
        inner = Scope(scope.values, in_mapped=scope.in_mapped, depth=scope.depth + 1, lines=scope.lines)
        self.fill(inner, self.draw(st.integers(1, 2)))
        name = self.next("g")
        returns = ""
        if inner.tasks and self.chance(5):
            task, value = self.pick(inner.tasks)
            returns = f".returns({task})"
            scope.values.append(replace(value, text=f"{name}.output"))
        scope.lines.append(f'{name} = Group("{name}"){"".join(inner.links)}{returns}')
        return name

    def add_each_group(self, scope: Scope) -> None:
        given: list[tuple[str, str, Any]] = [self.mapped(scope) for _ in range(2 if self.chance(2) else 1)]
        if self.chance(3):
            given.append(self.argument(scope))
        self.mapped_group(scope, "each_group", given)

    def add_group_sets(self, scope: Scope) -> None:
        given = [(kind, LITERALS[kind], None) for kind in (self.pick(BASIC), self.pick(BASIC))]
        self.mapped_group(scope, "each_group_kwargs", given)

    def mapped_group(self, scope: Scope, word: str, given: Sequence[tuple[str, str, Any]]) -> None:
        function, name = self.next("w"), self.next("g")
        names = [f"{function}_{number}" for number, _ in enumerate(given)]
        items = [Value(item, kind) for item, (kind, _, _) in zip(names, given, strict=True)]
        # Tasks outside of the group are known to its function, too.
        inner = Scope([*items, *items, *scope.values], in_mapped=True, depth=scope.depth + 1)
        self.fill(inner, self.draw(st.integers(1, 3)))
        nothing = ("", Value("", "Any"))
        task, value = self.pick(inner.tasks) if inner.tasks and self.chance(9) else nothing
        returned = f".returns({task})" if task else ""
        parameters = ", ".join(f"{item.text}: {item.type}" for item in items)
        scope.lines.append(f"def {function}({parameters}) -> Group[{value.type}]:")
        scope.lines += [f"    {line}" for line in inner.lines]
        scope.lines.append(f'    return Group("{name}"){"".join(inner.links)}{returned}\n')
        texts = [text for _, text, _ in given]
        if word == "each_group_kwargs":
            texts = [self.sets(scope, names, texts)]
        scope.lines.append(f"{name} = {word}({function}, {', '.join(texts)})")
        if task:
            source = value.source and replace(value.source, which="all")
            scope.values.append(Value(f"{name}.output", f"Sequence[{value.type}]", source))
        self.place(scope, name)

    # Mapping.

    def mapped(self, scope: Scope) -> tuple[str, str, None]:
        """Draw what is mapped over: the type of an item, and the text of the `over(…)`."""
        known = [value for value in scope.values if value.mappable]
        lists = [value for value in known if not value.type.startswith("dict")]
        if not known or self.chance(2):
            kind = self.pick(["list[int]", "list[str]", "dict[str, int]"])
            if self.chance(3):
                return "tuple[int, str]", f"over.zip({LITERALS['list[int]']}, {LITERALS['list[str]']})", None
            return item_of(kind), f"over({LITERALS[kind]})", None
        value: Value = self.pick(known)
        other: Value = self.pick(known)
        item = item_of(value.type)
        way = self.pick(["", "", "", "map", "filter", "concat", "items.zip", "over.zip"])
        if way and not lists:
            way = ""
        if way:
            value, other = self.pick(lists), self.pick(lists)
            item = item_of(value.type)
        if way == "map":
            return "str", f"over(items.map({self.transform(item, 'str')}, {value.text}))", None
        if way == "filter":
            return item, f"over(items.filter({self.transform(item, 'bool')}, {value.text}))", None
        if way == "concat":
            same = self.pick([one for one in lists if item_of(one.type) == item])
            return item, f"over(items.concat({value.text}, {same.text}))", None
        if way:
            zipped = f"{way}({value.text}, {other.text})"
            text = zipped if way == "over.zip" else f"over({zipped})"
            return f"tuple[{item}, {item_of(other.type)}]", text, None
        return item, f"over({value.text})", None

    def transform(self, item: str, returns: str) -> str:
        name = self.next("m")
        result = 'f"mapped {item}"' if returns == "str" else "keeps(item)"
        body = f"    note_item(item, {item})\n    return {result}\n"
        self.functions.append(f"def {name}(item: {item}) -> {returns}:\n{body}")
        return name

    def add_each(self, scope: Scope) -> None:
        name, returns = self.next("e"), self.pick([*BASIC, "int | None"])
        given = [self.mapped(scope) for _ in range(2 if self.chance(2) else 1)]
        function, call = self.call(scope, returns, given)
        scope.lines.append(f'{name} = task("{name}", each({function}{call}){self.options()})')
        self.gather(scope, name, function, returns)

    def gather(self, scope: Scope, name: str, function: str, returns: str) -> None:
        source = Source(function, "all")
        scope.values.append(Value(f"{name}.output", f"Sequence[{returns}]", source, mappable=True))
        self.place(scope, name)

    def add_sets(self, scope: Scope) -> None:
        name, returns, function = self.next("e"), self.pick(BASIC), self.next("f")
        kinds = [self.pick(BASIC), self.pick(BASIC)]
        self.function(
            function, [f"{function}_{number}: {kind}" for number, kind in enumerate(kinds)], returns
        )
        names = [f"{function}_{number}" for number, _ in enumerate(kinds)]
        sets = self.sets(scope, names, [LITERALS[kind] for kind in kinds])
        scope.lines.append(f'{name} = task("{name}", each_kwargs({function}, {sets}))')
        self.gather(scope, name, function, returns)

    def sets(self, scope: Scope, names: Sequence[str], texts: Sequence[str]) -> str:
        """Draw two sets of arguments: written as a list, or returned by a task."""
        pairs = ", ".join(f'"{name}": {text}' for name, text in zip(names, texts, strict=True))
        written = f"[{{{pairs}}}, {{{pairs}}}]"
        if self.chance(5):
            return written
        function, name = self.next("f"), self.next("t")
        self.function(function, [], "list[dict[str, Any]]", f"return {written}")
        scope.lines.append(f'{name} = task("{name}", python({function}))')
        self.place(scope, name)
        return f"{name}.output"


def item_of(kind: str) -> str:
    """Return the type of the items of a type, as `over` gives them."""
    if kind == "dict[str, int]":
        return "tuple[str, int]"
    return kind[kind.index("[") + 1 : -1]


@st.composite
def files(draw: st.DrawFn) -> Drawn:
    """
    Random files.
    """
    return Drawer(draw).file()
