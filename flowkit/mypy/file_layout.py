"""
The layout of a whole file: tasks that are not placed, invalid chains, and a `register` that is never called.

Only what is certain from the text alone is reported. `flowkit check` finds the rest, as it loads the file.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from typing import Final, TypeAlias, final

from flowkit.base.suggestions import did_you_mean
from flowkit.mypy.file_syntax import FileSyntax

NodeMessage: TypeAlias = tuple[ast.AST, str]
"""A node, and what is wrong with it."""

_TASK_METHODS: Final = {"task", "setup", "teardown"}
_PLACING_METHODS: Final = {"then", "add"}
_NEUTRAL_METHODS: Final = {"defaults", "operator_defaults", "settings", "named", "end", "returns"}
_REGISTER: Final = "register"
_TO: Final = ".to"


def check_layout(syntax: FileSyntax) -> Iterator[NodeMessage]:
    """
    Yield what is wrong with the layout of a file.
    """
    register = syntax.imported.get(_REGISTER)
    if register is None:
        return
    if _REGISTER in syntax.read:
        yield from _unplaced(syntax, _TASK_METHODS & syntax.imported.keys())
    elif "__all__" not in syntax.bound:
        yield (
            register,
            '"register" is imported but never called. Call it with the pipelines that Airflow is to load.',
        )
    yield from _chains(syntax, {"Pipeline", "Group"} & syntax.imported.keys())


def _unplaced(syntax: FileSyntax, names: set[str]) -> Iterator[NodeMessage]:
    for statement in syntax.assigned:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id=method))) if (
                # Any use of the name may place the task, except for its output.
                method in names and syntax.read[name] == syntax.outputs[name]
            ):
                yield (
                    statement,
                    f'The task "{name}" is not part of any pipeline. Place it with .then({name}).',
                )


def _chains(syntax: FileSyntax, names: set[str]) -> Iterator[NodeMessage]:
    inner = {id(call.func.value) for call in syntax.calls if isinstance(call.func, ast.Attribute)}
    registered = {
        id(argument)
        for call in syntax.calls
        if isinstance(call.func, ast.Name) and call.func.id == _REGISTER
        for argument in call.args
    }
    for last in syntax.calls:
        if id(last) in inner:
            continue
        links = links_of(last)
        match links[0].func:
            case ast.Name(id=method) if method in names:
                chain = _Chain(whole=method == "Pipeline" and id(last) in registered)
                yield from chain.read(links[1:])


def links_of(last: ast.Call) -> list[ast.Call]:
    """
    Return the calls of a chain, the first one first.
    """
    links = [last]
    while isinstance(func := links[-1].func, ast.Attribute) and isinstance(func.value, ast.Call):
        links.append(func.value)
    return links[::-1]


def _routes(link: ast.Call) -> Iterator[ast.keyword]:
    """
    Yield the ids that a branch of *link* runs, as if they were the values of an option.
    """
    action = link.args[1] if len(link.args) > 1 else None
    match action:
        case ast.Call(func=ast.Attribute(attr="to"), args=[ast.Dict(values=targets)]):
            for target in targets:
                yield ast.keyword(arg=_TO, value=target)


@final
class _Chain:
    """
    One chain of calls that begins with a pipeline or a group.
    """

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole
        """Whether it holds all nodes of its pipeline."""
        self._scope: tuple[str, ...] = ()
        self._kinds: dict[tuple[str, ...], str] = {}
        self._paths: dict[str, tuple[str, ...]] = {}
        """By full id: the task `a.b` and the task `b` in the group `a` are one to Airflow."""
        self._placed: Counter[str] = Counter()
        self._waits: list[tuple[ast.keyword, tuple[str, ...], tuple[str, ...]]] = []

    def read(self, links: list[ast.Call]) -> Iterator[NodeMessage]:
        """
        Yield what is wrong with the chain.
        """
        for link in links:
            method = link.func.attr if isinstance(link.func, ast.Attribute) else ""
            if method in _TASK_METHODS or method == "group":
                yield from self._node(method, link)
            elif method in _PLACING_METHODS:
                self._whole = False
                yield from self._nodes(link)
            elif method not in _NEUTRAL_METHODS:
                return
            if method == "end":
                if not self._scope:
                    return
                self._scope = self._scope[:-1]
        for keyword, own, scope in self._waits:
            yield from self._wait(keyword, own, scope)

    def _node(self, method: str, link: ast.Call) -> Iterator[NodeMessage]:
        name = link.args[0].value if link.args and isinstance(link.args[0], ast.Constant) else None
        free = any(keyword.arg == "prefix_group_id" for keyword in link.keywords)
        if not isinstance(name, str) or free:
            # The id is unknown.
            self._whole = False
            name = f"?{len(self._kinds)}"
        path = (*self._scope, name)
        first = self._paths.setdefault(".".join(path), path)
        if first in self._kinds:
            yield (
                link.args[0],
                f'Duplicate id "{name}": this chain has a {self._kinds[first]} with the same id. Choose another one.',
            )
        self._kinds[path] = method
        waits = (keyword for keyword in link.keywords if keyword.arg in {"after", "setups"})
        self._waits += [(keyword, path, self._scope) for keyword in (*waits, *_routes(link))]
        if method == "group":
            self._scope = path

    def _nodes(self, link: ast.Call) -> Iterator[NodeMessage]:
        for argument in link.args:
            if isinstance(argument, ast.Name):
                self._placed[argument.id] += 1
                if self._placed[argument.id] == 2:
                    yield (
                        argument,
                        f'"{argument.id}" is placed twice in this chain. Refer to it with after={argument.id}.',
                    )

    def _wait(
        self, keyword: ast.keyword, own: tuple[str, ...], scope: tuple[str, ...]
    ) -> Iterator[NodeMessage]:
        values = keyword.value.elts if isinstance(keyword.value, ast.List | ast.Tuple) else [keyword.value]
        for value in values:
            if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
                continue
            target = self._resolve(value.value, scope)
            if target is None:
                if self._whole:
                    yield value, self._unknown(keyword.arg, value.value, scope)
            elif own == target:
                yield value, f'"{own[-1]}" waits for itself, so it can never start. Remove {keyword.arg}=.'
            elif own[: len(target)] == target:
                yield (
                    value,
                    f'"{own[-1]}" waits for "{value.value}", which contains it, so it can never start. '
                    f"Remove {keyword.arg}=.",
                )
            elif keyword.arg == "setups" and self._kinds[target] == "group":
                yield value, f'"{value.value}" is a group. setups= takes the setup tasks in it.'

    def _unknown(self, method: str | None, name: str, scope: tuple[str, ...]) -> str:
        depth = len(scope)
        known = [".".join(path[depth:] if path[:depth] == scope else path) for path in self._kinds]
        hint = did_you_mean(name, known, otherwise="Place it in the chain.")
        word = method if method == _TO else f"{method}="
        return f"{word} refers to {name!r}, which is not in the pipeline. {hint}"

    def _resolve(self, name: str, scope: tuple[str, ...]) -> tuple[str, ...] | None:
        scopes = (scope[:depth] for depth in range(len(scope), -1, -1))
        return next((path for outer in scopes if (path := self._path(name, outer)) is not None), None)

    def _path(self, name: str, scope: tuple[str, ...]) -> tuple[str, ...] | None:
        # Ids of tasks may have dots, those of groups have none.
        while (*scope, name) not in self._kinds:
            group, _, name = name.partition(".")
            scope = (*scope, group)
            if not name or scope not in self._kinds:
                return None
        return (*scope, name)
