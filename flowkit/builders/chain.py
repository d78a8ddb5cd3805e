"""
The chain: the base class of pipelines, groups and inline groups.
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

_set_once = object.__setattr__  # past the check of `Immutable`, for objects under construction


class Chain(Immutable, Generic[Head]):
    """
    A chain of links. Every method returns a new chain, and does not change this one.

    A link behaves like an unnamed group: the previous link is upstream of its roots, and the next one downstream of its
    leaves. The nodes of one link run in parallel, unless data or arrows connect them.
    """

    __slots__ = ("_head", "_last")

    _head: Head
    """The pipeline or group without its links. Chains that differ only in links share it."""

    _last: Link | None
    """The last link; each link refers to the one before it."""

    def _set(self, head: Head, last: Link | None) -> None:
        _set_once(self, "_head", head)
        _set_once(self, "_last", last)

    def _with(self, head: Head, last: Link | None) -> Self:
        new = object.__new__(type(self))
        new._set(head, last)
        return new

    def _single(self, node: TaskNode | GroupNode) -> Self:
        return self._with(self._head, Link((node,), (), True, node.location, self._last))

    def _linked(self, method: str, nodes: tuple[Node | Flow, ...], *, chained: bool) -> Self:
        return self._with(self._head, _link(method, nodes, chained=chained, before=self._last))

    def _written(self) -> Head:
        """
        Return the draft of the whole chain.
        """
        links: list[Link] = []
        link = self._last
        while link is not None:
            links.append(link)
            link = link.before
        links.reverse()
        return attrs.evolve(self._head, links=tuple(links))

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

        For a task whose output other tasks use, call the function `task`, and place the result with `then`.

        Args:
            task_id: The id, without the ids of its groups: letters, digits, `-` and `_`.

            action: `python(fn, …)` or `operator(Class, …)`. Without an action, the task does nothing.

            after: What the task waits for instead of the previous link; `()` for nothing.

            options: Arguments of Airflow's `BaseOperator`, such as `retries` and `pool`; also `pod`.

        Raises:
            DefinitionError: If the id or the value of an option is wrong.
            UnknownOptionError: If there is no such option.
        """
        node = task_node(task_id, action, after, cast("Mapping[str, Any]", options), method=".task")
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
        node = task_node(task_id, action, after, cast("Mapping[str, Any]", options), method=".setup")
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
        Return this chain with a teardown task. The next link follows what the teardown follows, not the teardown.

        The arguments are those of the function `teardown`.

        Raises:
            DefinitionError: If the id or the value of an option is wrong.
            UnknownOptionError: If there is no such option.
        """
        task_options = cast("Mapping[str, Any]", options)
        node = teardown_node(
            task_id,
            action,
            setups,
            on_failure_fail_dagrun,
            after=after,
            options=task_options,
            method=".teardown",
        )
        return self._single(node)

    def then(self, *nodes: Node | Flow) -> Self:
        """
        Return this chain with *nodes* as its next link.

        They run in parallel, unless data or arrows connect them. Tasks and groups are placed here; those that appear
        only in arrows are placed here unless something else in the pipeline places them.

        Raises:
            DefinitionError: If there are no *nodes*, or one is not a task, a group or a flow.
        """
        return self._linked("then", nodes, chained=True)

    def add(self, *nodes: Node | Flow) -> Self:
        """
        Return this chain with *nodes* placed outside its order: only arrows, data and `after` give them edges.

        Raises:
            DefinitionError: If there are no *nodes*, or one is not a task, a group or a flow.
        """
        return self._linked("add", nodes, chained=False)

    def group(
        self, group_id: str, /, *, after: After = None, **settings: Unpack[GroupSettings]
    ) -> OpenGroup[Self]:
        """
        Begin a group as the next link; `.end()` closes it and returns to this chain.

        Args:
            group_id: The id, without the ids of its groups: letters, digits, `-` and `_`.

            after: What the group waits for instead of the previous link; `()` for nothing.

            settings: Arguments of Airflow's `TaskGroup`, such as `tooltip`.

        Raises:
            DefinitionError: If the id or the value of a setting is wrong.
            UnknownOptionError: If there is no such setting.
        """
        return OpenGroup(self, group_head(group_id, after, cast("Mapping[str, Any]", settings), ".group"))

    def defaults(self, **options: Unpack[TaskOptions]) -> Self:
        """
        Return this chain with *options* as the defaults of all its tasks, also those placed before this call.

        Options of a task win over the defaults of its group, and those over the defaults of the pipeline. A later call
        wins over an earlier one.

        Raises:
            DefinitionError: If the value of an option is wrong.
            UnknownOptionError: If there is no such option.
        """
        checked = checked_options(cast("Mapping[str, Any]", options), call=f"{self._call_text}.defaults()")
        head: Head = attrs.evolve(
            self._head,
            defaults=merged(self._head.defaults, checked),
            defaults_at={**self._head.defaults_at, **dict.fromkeys(checked, caller())},
        )
        return self._with(head, self._last)

    def apply(self, fn: Callable[Concatenate[Self, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """
        Return `fn(self, *args, **kwargs)`, to use a function as a step of the chain.
        """
        return fn(self, *args, **kwargs)

    @property
    def _call_text(self) -> str:
        """
        The call that created this chain, for messages.
        """
        raise NotImplementedError  # pragma: no cover - every subclass has its own


@final
class OpenGroup(Chain[GroupNode], Generic[Parent]):
    """
    An inline group that is still open. `.end()` closes it.
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
        Close the group, and return the chain around it with the group as its next link.
        """
        return self._parent._single(self._written())

    @property
    def _call_text(self) -> str:
        return f".group({self._head.id!r})"

    def __repr__(self) -> str:
        return f"<group {self._head.id!r} without .end()>"


def group_head(group_id: str, after: After, settings: Mapping[str, Any], method: str) -> GroupNode:
    """
    Return the node of a group without links, after checking each argument.
    """
    call = f"{method}({group_id!r})"
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


def _link(method: str, nodes: tuple[Node | Flow, ...], *, chained: bool, before: Link | None) -> Link:
    if not nodes:
        raise_invalid(f".{method}() got no tasks or groups", f"Write .{method}(extract, load).")
    if len(nodes) == 1 and isinstance(nodes[0], Node):  # the common case
        return Link((nodes[0].node,), (), chained, caller(), before)
    placed: list[DraftNode | Named] = []
    arrows: list[Arrow] = []
    for node in nodes:
        if isinstance(node, Node):
            placed.append(node.node)
        elif isinstance(node, Flow):
            placed.extend(map(Named, node.nodes))
            arrows.extend(node.arrows)
        else:
            _reject_node(method, node)
    return Link(tuple(placed), tuple(arrows), chained, caller(), before)


def _reject_node(method: str, node: object) -> NoReturn:
    what = f".{method}() places tasks, groups and flows, not "
    if isinstance(node, str):
        raise_invalid(
            f"{what}the string {node!r}",
            f"Write .task({node!r}) to add a task, or after={node!r} to wait for an existing one.",
        )
    if isinstance(node, Output):
        raise_invalid(
            f"{what}the output of task {node.task.id!r}", "Place the task itself, without `.output`."
        )
    if isinstance(node, Labelled):
        raise_invalid(f"{what}an arrow without an end", 'Add a node after the label: a >> label("…") >> b.')
    if isinstance(node, OpenGroup):
        raise_invalid(f"{what}{node!r}", "Create it with Group(…): `.group(…)` adds a group inline.")
    if isinstance(node, list | tuple):
        raise_invalid(f"{what}a {type(node).__name__}", f"Write .{method}(*nodes).")
    raise_invalid(f"{what}{type(node).__name__}", "Create a task with task(…) and a group with Group(…).")
