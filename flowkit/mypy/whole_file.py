"""
What a whole file shows: tasks that are placed nowhere, chains that cannot be, and a `register` that is never called.

Only what is certain from the text alone is said. `flowkit check` knows the rest, as it loads the file.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from typing import Final, TypeAlias, final

from flowkit.base.suggestions import did_you_mean
from flowkit.mypy.parts import Parts

Said: TypeAlias = tuple[ast.AST, str]
"""Where something is wrong, and what."""

_TASKS: Final = {"task", "setup", "teardown"}
_PLACING: Final = {"then", "add"}
_NEUTRAL: Final = {"defaults", "settings", "named", "end", "returns"}
_REGISTER: Final = "register"


def said_of(parts: Parts) -> Iterator[Said]:
    """
    Return what is wrong with the layout of a file.
    """
    register = parts.imported.get(_REGISTER)
    if register is None:
        return
    if _REGISTER in parts.read:
        yield from _unplaced(parts, _TASKS & parts.imported.keys())
    elif "__all__" not in parts.bound:
        yield (
            register,
            '"register" is imported and never called: call it with the pipelines that Airflow is to see',
        )
    yield from _chains(parts, {"Pipeline", "Group"} & parts.imported.keys())


def _unplaced(parts: Parts, words: set[str]) -> Iterator[Said]:
    for statement in parts.assigned:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id=word))) if (
                # Wherever the name is read, it may be placed; its output alone places nothing.
                word in words and parts.read[name] == parts.outputs[name]
            ):
                yield statement, f'Task "{name}" is placed nowhere: place it with .then({name})'


def _chains(parts: Parts, words: set[str]) -> Iterator[Said]:
    inner = {id(call.func.value) for call in parts.calls if isinstance(call.func, ast.Attribute)}
    registered = {
        id(argument)
        for call in parts.calls
        if isinstance(call.func, ast.Name) and call.func.id == _REGISTER
        for argument in call.args
    }
    for last in parts.calls:
        if id(last) in inner:
            continue
        links = _links(last)
        match links[0].func:
            case ast.Name(id=word) if word in words:
                chain = _Chain(whole=word == "Pipeline" and id(last) in registered)
                yield from chain.read(links[1:])


def _links(last: ast.Call) -> list[ast.Call]:
    links = [last]
    while isinstance(func := links[-1].func, ast.Attribute) and isinstance(func.value, ast.Call):
        links.append(func.value)
    return links[::-1]


@final
class _Chain:
    """
    One chain of calls that begins with a pipeline or a group.
    """

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole
        """Whether nothing can be added elsewhere."""
        self._scope: tuple[str, ...] = ()
        self._kinds: dict[tuple[str, ...], str] = {}
        self._placed: Counter[str] = Counter()
        self._waits: list[tuple[ast.keyword, tuple[str, ...], tuple[str, ...]]] = []

    def read(self, links: list[ast.Call]) -> Iterator[Said]:
        """
        Return what is wrong with the chain.
        """
        for link in links:
            word = link.func.attr if isinstance(link.func, ast.Attribute) else ""
            if word in _TASKS or word == "group":
                yield from self._node(word, link)
            elif word in _PLACING:
                self._whole = False
                yield from self._nodes(link)
            elif word not in _NEUTRAL:
                return
            if word == "end":
                if not self._scope:
                    return
                self._scope = self._scope[:-1]
        for keyword, own, scope in self._waits:
            yield from self._wait(keyword, own, scope)

    def _node(self, word: str, link: ast.Call) -> Iterator[Said]:
        name = link.args[0].value if link.args and isinstance(link.args[0], ast.Constant) else None
        free = any(keyword.arg == "prefix_group_id" for keyword in link.keywords)
        if not isinstance(name, str) or free:
            # What is not known here may be any id.
            self._whole = False
            name = f"?{len(self._kinds)}"
        path = (*self._scope, name)
        if path in self._kinds:
            yield (
                link.args[0],
                f'The id "{name}" is taken, by a {self._kinds[path]} of this chain: choose another one',
            )
        self._kinds[path] = word
        self._waits += [(one, path, self._scope) for one in link.keywords if one.arg in {"after", "setups"}]
        if word == "group":
            self._scope = path

    def _nodes(self, link: ast.Call) -> Iterator[Said]:
        for argument in link.args:
            if isinstance(argument, ast.Name):
                self._placed[argument.id] += 1
                if self._placed[argument.id] == 2:
                    yield (
                        argument,
                        f'"{argument.id}" is placed twice in this chain: refer to it by after={argument.id}',
                    )

    def _wait(self, keyword: ast.keyword, own: tuple[str, ...], scope: tuple[str, ...]) -> Iterator[Said]:
        values = keyword.value.elts if isinstance(keyword.value, ast.List | ast.Tuple) else [keyword.value]
        for value in values:
            if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
                continue
            found = self._found(tuple(value.value.split(".")), scope)
            if found is None:
                if self._whole:
                    yield value, self._unknown(keyword.arg, value.value, scope)
            elif own == found:
                yield value, f'"{own[-1]}" waits for itself: it could never start. Leave {keyword.arg}= out.'
            elif own[: len(found)] == found:
                yield (
                    value,
                    f'"{own[-1]}" waits for "{value.value}", which it stands in: it could never start. '
                    f"Leave {keyword.arg}= out.",
                )
            elif keyword.arg == "setups" and self._kinds[found] == "group":
                yield value, f'"{value.value}" is a group: setups= names the setup tasks in it'

    def _unknown(self, word: str | None, name: str, scope: tuple[str, ...]) -> str:
        depth = len(scope)
        known = [".".join(path[depth:] if path[:depth] == scope else path) for path in self._kinds]
        hint = did_you_mean(name, known, otherwise="Place it in the chain.")
        return f"{word}= names {name!r}, which is not in the pipeline. {hint}"

    def _found(self, path: tuple[str, ...], scope: tuple[str, ...]) -> tuple[str, ...] | None:
        scopes = (scope[:depth] for depth in range(len(scope), -1, -1))
        return next(((*outer, *path) for outer in scopes if (*outer, *path) in self._kinds), None)
