"""
The chain: what pipelines, groups and groups written inline have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Concatenate, Generic, NoReturn, TypeVar, cast, final

import attrs
from typing_extensions import ParamSpec, Self, Unpack

from flowkit.base.call_site import caller
from flowkit.builders.flow import Flow, Labelled, Node
from flowkit.builders.immutable import Immutable
from flowkit.builders.invalid import raise_invalid
from flowkit.builders.task import After, targets, task_node, teardown_node
from flowkit.draft.nodes import Arrow, Draft, GroupNode, Link, Named, TaskNode
from flowkit.draft.nodes import Node as DraftNode
from flowkit.draft.output import Output
from flowkit.model.defaults import merged
from flowkit.rules.ids import checked_id
from flowkit.rules.option_rules import checked_group_settings, checked_options

if TYPE_CHECKING:
    from flowkit.builders.action import Action
    from flowkit.model.options import TaskOptions
    from flowkit.model.settings import GroupSettings

P = ParamSpec("P")
R = TypeVar("R")
Head = TypeVar("Head", Draft, GroupNode)
Parent = TypeVar("Parent", bound="Chain[Any]")

_set_once = object.__setattr__  # past `Frozen`, for objects that are being made


class Chain(Immutable, Generic[Head]):
    """
    A chain of links. Every method returns a new chain and leaves this one as it is.

    A link behaves like an unnamed group: what comes before joins its roots, what comes after its leaves. The nodes
    of one link run side by side, unless data or arrows between them say otherwise.
    """

    __slots__ = ("_head", "_last")

    _head: Head
    """What it is, without its links: steps share it."""

    _last: Link | None
    """The last link, which knows the one before it."""

    def _set(self, head: Head, last: Link | None) -> None:
        _set_once(self, "_head", head)
        _set_once(self, "_last", last)

    def _with(self, head: Head, last: Link | None) -> Self:
        new = object.__new__(type(self))
        new._set(head, last)
        return new

    def _single(self, node: TaskNode | GroupNode) -> Self:
        return self._with(self._head, Link((node,), (), True, node.location, self._last))

    def _linked(self, word: str, nodes: tuple[Node | Flow, ...], *, chained: bool) -> Self:
        return self._with(self._head, _link(word, nodes, chained=chained, before=self._last))

    def _written(self) -> Head:
        """
        Return what the author wrote, with its links.
        """
        found: list[Link] = []
        link = self._last
        while link is not None:
            found.append(link)
            link = link.before
        found.reverse()
        return attrs.evolve(self._head, links=tuple(found))

    def task(
        self,
        task_id: str,
        action: Action[Any] | None = None,
        /,
        *,
        after: After = None,
        **options: Unpack[TaskOptions],
    ) -> Self:
        """
        Return this chain with one task as its next link.

        A task whose output others use needs a name: make it with the function `task`, and place it with `then`.

        Args:
            task_id: The id, without those of the groups around it: letters, digits, `-` and `_`.

            action: `python(fn, …)` or `operator(Class, …)`. Without one the task does nothing.

            after: What the task waits for in place of the previous link; `()` for nothing.

            options: What Airflow's `BaseOperator` takes, such as `retries` and `pool`; and `pod`.

        Raises:
            DefinitionError: If the id or the value of an option is wrong.
            UnknownOptionError: If there is no such option.
        """
        node = task_node(task_id, action, after, cast("Mapping[str, Any]", options), word=".task")
        return self._single(node)

    def setup(
        self,
        task_id: str,
        action: Action[Any] | None = None,
        /,
        *,
        after: After = None,
        **options: Unpack[TaskOptions],
    ) -> Self:
        """
        Return this chain with a setup task as its next link. See the function `setup`.

        Raises:
            DefinitionError: If the id or the value of an option is wrong.
            UnknownOptionError: If there is no such option.
        """
        node = task_node(task_id, action, after, cast("Mapping[str, Any]", options), word=".setup")
        return self._single(attrs.evolve(node, role="setup"))

    def teardown(
        self,
        task_id: str,
        action: Action[Any] | None = None,
        /,
        *,
        setups: After = (),
        on_failure_fail_dagrun: bool | None = None,
        after: After = None,
        **options: Unpack[TaskOptions],
    ) -> Self:
        """
        Return this chain with a teardown task. It ends no link: what comes next follows what the teardown followed.

        Args are those of the function `teardown`.

        Raises:
            DefinitionError: If the id or the value of an option is wrong.
            UnknownOptionError: If there is no such option.
        """
        given = cast("Mapping[str, Any]", options)
        node = teardown_node(
            task_id, action, setups, on_failure_fail_dagrun, after=after, options=given, word=".teardown"
        )
        return self._single(node)

    def then(self, *nodes: Node | Flow) -> Self:
        """
        Return this chain with *nodes* as its next link.

        They run side by side, unless data or arrows between them say otherwise. A task or a group is placed here;
        what only an arrow names is placed here if nothing else in the pipeline places it.

        Raises:
            DefinitionError: If there is nothing to place, or something that cannot be placed.
        """
        return self._linked("then", nodes, chained=True)

    def add(self, *nodes: Node | Flow) -> Self:
        """
        Return this chain with *nodes* placed beside it: their edges are their own (arrows, data, `after`).

        Raises:
            DefinitionError: If there is nothing to place, or something that cannot be placed.
        """
        return self._linked("add", nodes, chained=False)

    def group(
        self, group_id: str, /, *, after: After = None, **settings: Unpack[GroupSettings]
    ) -> OpenGroup[Self]:
        """
        Begin a group as the next link; `.end()` closes it and returns to this chain.

        Args:
            group_id: The id, without those of the groups around it: letters, digits, `-` and `_`.

            after: What the group waits for in place of the previous link; `()` for nothing.

            settings: What Airflow's `TaskGroup` takes, such as `tooltip`.

        Raises:
            DefinitionError: If the id or the value of a setting is wrong.
            UnknownOptionError: If there is no such setting.
        """
        return OpenGroup(self, group_head(group_id, after, cast("Mapping[str, Any]", settings), ".group"))

    def defaults(self, **options: Unpack[TaskOptions]) -> Self:
        """
        Return this chain with *options* as defaults for all its tasks, wherever they stand in it.

        The nearest wins: task over group over pipeline. A later call wins over an earlier one.

        Raises:
            DefinitionError: If the value of an option is wrong.
            UnknownOptionError: If there is no such option.
        """
        checked = checked_options(cast("Mapping[str, Any]", options), call=f"{self._word}.defaults()")
        head: Head = attrs.evolve(self._head, defaults=merged(self._head.defaults, checked))
        return self._with(head, self._last)

    def apply(self, fn: Callable[Concatenate[Self, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """
        Return `fn(self, *args, **kwargs)`: a step of the chain that somebody else wrote.
        """
        return fn(self, *args, **kwargs)

    @property
    def _word(self) -> str:
        """
        The call that made it, as messages show it.
        """
        raise NotImplementedError  # pragma: no cover - every subclass has its own


@final
class OpenGroup(Chain[GroupNode], Generic[Parent]):
    """
    A group that is being written inline. `.end()` closes it.
    """

    __slots__ = ("_parent",)

    _parent: Parent

    def __init__(self, parent: Parent, head: GroupNode) -> None:
        _set_once(self, "_parent", parent)
        self._set(head, None)

    def _with(self, head: GroupNode, last: Link | None) -> Self:
        new = object.__new__(type(self))
        _set_once(new, "_head", head)
        _set_once(new, "_last", last)
        _set_once(new, "_parent", self._parent)
        return new

    def end(self) -> Parent:
        """
        Close the group, and return the chain that it is a link of.
        """
        return self._parent._single(self._written())

    @property
    def _word(self) -> str:
        return f".group({self._head.id!r})"

    def __repr__(self) -> str:
        return f"<group {self._head.id!r} without .end()>"


def group_head(group_id: str, after: After, settings: Mapping[str, Any], word: str) -> GroupNode:
    """
    Return what an author wrote as a group, checked value by value; it holds nothing yet.
    """
    call = f"{word}({group_id!r})"
    checked_id(group_id, "group_id")
    own_after = targets(after, call=call)
    return GroupNode(
        id=group_id,
        settings=checked_group_settings(settings, call=call),
        defaults={},
        links=(),
        after=own_after,
        returned=None,
        location=caller(),
        lineage=object(),
    )


def _link(word: str, nodes: tuple[Node | Flow, ...], *, chained: bool, before: Link | None) -> Link:
    if not nodes:
        raise_invalid(f".{word}() got nothing to place", f"Write .{word}(extract, load).")
    if len(nodes) == 1 and isinstance(nodes[0], Node):  # as nearly always
        return Link((nodes[0].node,), (), chained, caller(), before)
    found: list[DraftNode | Named] = []
    arrows: list[Arrow] = []
    for node in nodes:
        if isinstance(node, Node):
            found.append(node.node)
        elif isinstance(node, Flow):
            found.extend(map(Named, node.nodes))
            arrows.extend(node.arrows)
        else:
            _refuse_node(word, node)
    return Link(tuple(found), tuple(arrows), chained, caller(), before)


def _refuse_node(word: str, node: object) -> NoReturn:
    what = f".{word}() places tasks, groups and flows, not "
    if isinstance(node, str):
        raise_invalid(
            f"{what}the text {node!r}",
            f"To add a new task write .task({node!r}); to wait for one that is there, after={node!r}.",
        )
    if isinstance(node, Output):
        raise_invalid(
            f"{what}the output of task {node.task.id!r}", "Place the task itself: leave out `.output`."
        )
    if isinstance(node, Labelled):
        raise_invalid(f"{what}an arrow without an end", 'After label("…") comes another `>>` and a node.')
    if isinstance(node, OpenGroup):
        raise_invalid(
            f"{what}{node!r}", "A group to place is made with Group(…); `.group(…)` writes one inline."
        )
    if isinstance(node, list | tuple):
        raise_invalid(f"{what}a {type(node).__name__}", f"Write .{word}(*nodes).")
    raise_invalid(f"{what}{type(node).__name__}", "Make a task with task(…) and a group with Group(…).")
