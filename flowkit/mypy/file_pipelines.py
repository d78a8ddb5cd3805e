"""
Mistakes across the pipelines of a file: equal ids, cycles of arrows, params of another class, missing start dates.

Only what is certain from the text alone is reported. `flowkit check` finds the rest, as it loads the file.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final, TypeAlias, final

from flowkit.mypy.file_layout import NodeMessage, links_of
from flowkit.mypy.file_syntax import FileSyntax

_Ends: TypeAlias = tuple[frozenset[str], frozenset[str]]
"""The nodes that an arrow before the operand leads to, and those that one after it begins at."""

_NODES: Final = {"task", "setup", "teardown", "Group"}
_NONE: Final[_Ends] = (frozenset(), frozenset())


def check_pipelines(syntax: FileSyntax) -> Iterator[NodeMessage]:
    """
    Yield what is wrong with the pipelines of a file.
    """
    if "Pipeline" not in syntax.imported or "register" not in syntax.read:
        return
    file = _Pipelines(syntax)
    yield from file.equal_ids()
    yield from file.generated_ids()
    for last in file.registered:
        links = links_of(last) if isinstance(last, ast.Call) else []
        if links and file.is_pipeline(links[0]):
            yield from file.missing_start(links)
            yield from file.other_params(links)
    yield from file.cycles()


@final
class _Pipelines:
    def __init__(self, syntax: FileSyntax) -> None:
        self._syntax = syntax
        self._functions = {node.name: node for node in syntax.body if isinstance(node, ast.FunctionDef)}
        self._classes = {node.name: node for node in syntax.body if isinstance(node, ast.ClassDef)}
        # Those in conditions and functions may not run, or not together.
        calls = [node.value for node in syntax.body if isinstance(node, ast.Expr)]
        self.registered = [
            argument
            for call in calls
            if isinstance(call, ast.Call) and getattr(call.func, "id", None) == "register"
            for argument in call.args
        ]

    @cached_property
    def _values(self) -> Mapping[str, ast.expr]:
        """
        The values of the names that are bound once.
        """
        values: dict[str, ast.expr] = {}
        for statement in self._syntax.assigned:
            target, value = statement.targets[0], statement.value
            pairs = [(target, value)]
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                pairs = list(zip(target.elts, value.elts, strict=False))
            for name, given in pairs:
                if isinstance(name, ast.Name) and self._syntax.bound[name.id] == 1:
                    values[name.id] = given
        return values

    def is_pipeline(self, call: ast.Call) -> bool:
        """
        Return whether a call is one of `Pipeline`.
        """
        return isinstance(call.func, ast.Name) and call.func.id == "Pipeline"

    def _dag_id(self, pipeline: ast.expr, depth: int = 0) -> str | None:
        """
        Return the dag_id of a pipeline, if it is written in the file.
        """
        if isinstance(pipeline, ast.Name):
            value = self._values.get(pipeline.id)
            return self._dag_id(value, depth + 1) if value is not None and depth < 5 else None
        if not isinstance(pipeline, ast.Call):
            return None
        links = links_of(pipeline)
        if any(
            isinstance(link.func, ast.Attribute) and link.func.attr in {"named", "apply"} for link in links
        ):
            return None
        if self.is_pipeline(links[0]):
            first = links[0].args[0] if links[0].args else None
            return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
        root = links[0].func.value if isinstance(links[0].func, ast.Attribute) else None
        return self._dag_id(root, depth + 1) if isinstance(root, ast.Name) else None

    def equal_ids(self) -> Iterator[NodeMessage]:
        """
        Yield the pipelines whose dag_id another one has.
        """
        known: set[str] = set()
        for pipeline in self.registered:
            dag_id = self._dag_id(pipeline)
            if dag_id in known:
                hint = 'Choose another one; for a copy of a pipeline, with .named("…").'
                yield pipeline, f'Duplicate dag_id "{dag_id}": another pipeline of this file has it. {hint}'
            elif dag_id is not None:
                known.add(dag_id)

    def generated_ids(self) -> Iterator[NodeMessage]:
        """
        Yield the calls of `generate` whose function always returns the same dag_id.
        """
        for call in self._syntax.calls:
            if getattr(call.func, "id", None) != "generate" or len(call.args) < 2:
                continue
            function = self._functions.get(getattr(call.args[0], "id", ""))
            configs = call.args[1]
            several = isinstance(configs, ast.List | ast.Tuple) and len(configs.elts) > 1
            if function is None or not several:
                continue
            inner = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
            ids = {self._dag_id(node.value) if node.value is not None else None for node in inner}
            if len(ids) == 1 and (dag_id := ids.pop()) is not None:
                yield (
                    call,
                    f'{function.name}() returns the dag_id "{dag_id}" for each configuration, but dag_ids are unique. '
                    "Make it from the configuration.",
                )

    def missing_start(self, links: list[ast.Call]) -> Iterator[NodeMessage]:
        """
        Yield a pipeline that has a schedule and catches up, but does not start anywhere.
        """
        given = {keyword.arg: keyword.value for link in links for keyword in link.keywords}
        catchup, schedule = given.get("catchup"), given.get("schedule")
        if not (isinstance(catchup, ast.Constant) and catchup.value is True) or schedule is None:
            return
        unknown = any(name is None or name == "start_date" for name in given)
        none = isinstance(schedule, ast.Constant) and schedule.value in {None, "@once", "@continuous"}
        plain = (
            isinstance(schedule, ast.Constant) or getattr(getattr(schedule, "func", None), "id", "") == "cron"
        )
        if plain and not none and not unknown:
            yield (
                catchup,
                "The pipeline has a schedule with catchup=True and no start_date. Write Pipeline(…, "
                "start_date=datetime(2026, 1, 1)), or catchup=False.",
            )

    def other_params(self, links: list[ast.Call]) -> Iterator[NodeMessage]:
        """
        Yield `params(…)` with another class than the pipeline has.
        """
        given = [keyword.value for link in links for keyword in link.keywords if keyword.arg == "params"]
        own = given[0].id if len(given) == 1 and isinstance(given[0], ast.Name) else ""
        if own not in self._classes or self._classes[own].bases or "params" not in self._syntax.imported:
            return
        for link in links:
            for argument in link.args:
                for call in ast.walk(argument):
                    if (
                        isinstance(call, ast.Call)
                        and getattr(call.func, "id", None) == "params"
                        and call.args
                    ):
                        other = getattr(call.args[0], "id", own)
                        if other != own and other in self._classes:
                            yield (
                                call,
                                f"params({other}): the params of the pipeline are {own}. Write params({own}).",
                            )

    def cycles(self) -> Iterator[NodeMessage]:
        """
        Yield the arrows that close a cycle among tasks.
        """
        for last in self._syntax.calls:
            if not isinstance(last.func, ast.Attribute) or last.func.attr not in {"add", "then"}:
                continue
            edges: dict[str, set[str]] = {}
            for argument in last.args:
                if not isinstance(argument, ast.BinOp):
                    continue
                self._ends(argument, edges)
                if cycle := _cycle(edges):
                    path = " → ".join([*cycle, cycle[0]])
                    yield (
                        argument,
                        f"These arrows form a cycle, so that no task can start: {path}. Remove one.",
                    )
                    break

    def _ends(self, operand: ast.expr, edges: dict[str, set[str]]) -> _Ends:
        if isinstance(operand, ast.Name):
            made = self._values.get(operand.id)
            is_node = isinstance(made, ast.Call) and getattr(links_of(made)[0].func, "id", None) in _NODES
            only = frozenset({operand.id})
            return (only, only) if is_node else _NONE
        if isinstance(operand, ast.List | ast.Tuple):
            parts = [self._ends(part, edges) for part in operand.elts]
            firsts, lasts = (frozenset[str]().union(*(part[end] for part in parts)) for end in (0, 1))
            return firsts, lasts
        if not isinstance(operand, ast.BinOp) or not isinstance(operand.op, ast.RShift | ast.LShift):
            return _NONE
        left = self._ends(operand.left, edges)
        if getattr(getattr(operand.right, "func", None), "id", None) == "label":
            return left
        right = self._ends(operand.right, edges)
        if isinstance(operand.op, ast.LShift):
            left, right = right, left
        for above in left[1]:
            edges.setdefault(above, set()).update(right[0])
        return left[0], right[1]


def _cycle(edges: Mapping[str, set[str]]) -> list[str] | None:
    """
    Return the nodes of a cycle, in their order; `None` if there is none.
    """
    done: set[str] = set()
    for first in edges:
        path: list[str] = []
        waiting = [iter([first])]
        while waiting:
            node = next(waiting[-1], None)
            if node is None:
                waiting.pop()
                done.update(path[-1:])
                del path[-1:]
            elif node in path:
                return path[path.index(node) :]
            elif node not in done:
                path.append(node)
                waiting.append(iter(sorted(edges.get(node, ()))))
    return None
