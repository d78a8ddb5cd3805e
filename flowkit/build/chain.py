"""
The chain: what pipelines, groups and groups written inline have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Concatenate, Generic, NoReturn, TypeVar, cast, final

import attrs
from typing_extensions import ParamSpec, Self, Unpack

from flowkit.build.flow import Flow, Labelled, Node
from flowkit.build.frozen import Frozen
from flowkit.build.refusal import refuse
from flowkit.build.task import After, targets, task_node, teardown_node
from flowkit.spec.defaults import merged
from flowkit.spec.draft import Arrow, GroupNode, Link, Mention, Target, TaskNode
from flowkit.spec.limits import checked_group_settings, checked_options
from flowkit.spec.names import checked_id
from flowkit.spec.output import Output
from flowkit.spec.place import caller

if TYPE_CHECKING:
    from flowkit.build.action import Action
    from flowkit.errors import Place
    from flowkit.spec.options import TaskOptions
    from flowkit.spec.settings import GroupSettings

P = ParamSpec("P")
R = TypeVar("R")
Parent = TypeVar("Parent", bound="Chain")


@final
class _Links:
    """
    The links of a chain, the last one first.

    Each builder shares the links of the one that it came from: a tuple would be copied with every step, and a
    chain of 20,000 tasks would cost the square of it.
    """

    __slots__ = ("before", "link")

    def __init__(self, before: _Links | None, link: Link) -> None:
        self.before = before
        self.link = link


@cache
def _slots(cls: type[Any]) -> tuple[str, ...]:
    return tuple(slot for base in cls.__mro__ for slot in getattr(base, "__slots__", ()))


class Chain(Frozen):
    """
    A chain of links. Every method returns a new chain and leaves this one as it is.

    A link behaves like an unnamed group: what comes before joins its roots, what comes after its leaves. The nodes
    of one link run side by side, unless data or arrows between them say otherwise.
    """

    __slots__ = ("_defaults", "_links")

    _links: _Links | None
    _defaults: Mapping[str, Any]

    def _set(self, **values: object) -> None:
        for name, value in values.items():
            object.__setattr__(self, f"_{name}", value)

    def _with(self, **changes: object) -> Self:
        new = object.__new__(type(self))
        for slot in _slots(cast("Hashable", type(self))):
            object.__setattr__(new, slot, getattr(self, slot, None))
        new._set(**changes)
        return new

    def _linked(self, link: Link) -> Self:
        return self._with(links=_Links(self._links, link))

    def _link_tuple(self) -> tuple[Link, ...]:
        found: list[Link] = []
        cell = self._links
        while cell is not None:
            found.append(cell.link)
            cell = cell.before
        return tuple(reversed(found))

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
        return self._linked(_single(node))

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
        return self._linked(_single(attrs.evolve(node, role="setup")))

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
        return self._linked(_single(node))

    def then(self, *nodes: Node | Flow) -> Self:
        """
        Return this chain with *nodes* as its next link.

        They run side by side, unless data or arrows between them say otherwise. A task or a group is placed here;
        what only an arrow names is placed here if nothing else in the pipeline places it.

        Raises:
            DefinitionError: If there is nothing to place, or something that cannot be placed.
        """
        return self._linked(_link("then", nodes, chained=True))

    def add(self, *nodes: Node | Flow) -> Self:
        """
        Return this chain with *nodes* placed beside it: their edges are their own (arrows, data, `after`).

        Raises:
            DefinitionError: If there is nothing to place, or something that cannot be placed.
        """
        return self._linked(_link("add", nodes, chained=False))

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
        return OpenGroup(self, *group_parts(group_id, after, cast("Mapping[str, Any]", settings), ".group"))

    def defaults(self, **options: Unpack[TaskOptions]) -> Self:
        """
        Return this chain with *options* as defaults for all its tasks, wherever they stand in it.

        The nearest wins: task over group over pipeline. A later call wins over an earlier one.

        Raises:
            DefinitionError: If the value of an option is wrong.
            UnknownOptionError: If there is no such option.
        """
        checked = checked_options(cast("Mapping[str, Any]", options), call=f"{self._word}.defaults()")
        return self._with(defaults=merged(self._defaults, checked))

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
class OpenGroup(Chain, Generic[Parent]):
    """
    A group that is being written inline. `.end()` closes it.
    """

    __slots__ = ("_after", "_id", "_parent", "_place", "_settings")

    _parent: Parent
    _id: str
    _after: tuple[Target, ...] | None
    _settings: Mapping[str, Any]
    _place: Place

    def __init__(
        self,
        parent: Parent,
        group_id: str,
        after: tuple[Target, ...] | None,
        settings: Mapping[str, Any],
        place: Place,
    ) -> None:
        self._set(
            links=None, defaults={}, parent=parent, id=group_id, after=after, settings=settings, place=place
        )

    def end(self) -> Parent:
        """
        Close the group, and return the chain that it is a link of.
        """
        node = GroupNode(
            id=self._id,
            settings=self._settings,
            defaults=self._defaults,
            links=self._link_tuple(),
            after=self._after,
            returned=None,
            place=self._place,
            lineage=object(),
        )
        return self._parent._linked(_single(node))

    @property
    def _word(self) -> str:
        return f".group({self._id!r})"

    def __repr__(self) -> str:
        return f"<group {self._id!r} without .end()>"


def _single(node: TaskNode | GroupNode) -> Link:
    return Link((Mention(node, places=True),), (), chained=True, place=node.place)


def group_parts(
    group_id: str, after: After, settings: Mapping[str, Any], word: str
) -> tuple[str, tuple[Target, ...] | None, dict[str, Any], Place]:
    """
    Return what an author wrote as a group, checked value by value, and where.
    """
    call = f"{word}({group_id!r})"
    checked_id(group_id, "group_id")
    return group_id, targets(after, call=call), checked_group_settings(settings, call=call), caller()


def _link(word: str, nodes: tuple[Node | Flow, ...], *, chained: bool) -> Link:
    if not nodes:
        refuse(f".{word}() got nothing to place", f"Write .{word}(extract, load).")
    mentions: list[Mention] = []
    arrows: list[Arrow] = []
    for node in nodes:
        if isinstance(node, Node):
            mentions.append(Mention(node.node, places=True))
        elif isinstance(node, Flow):
            mentions.extend(Mention(inner, places=False) for inner in node.nodes)
            arrows.extend(node.arrows)
        else:
            _refuse_node(word, node)
    return Link(tuple(mentions), tuple(arrows), chained=chained, place=caller())


def _refuse_node(word: str, node: object) -> NoReturn:
    what = f".{word}() places tasks, groups and flows, not "
    if isinstance(node, str):
        refuse(
            f"{what}the text {node!r}",
            f"To add a new task write .task({node!r}); to wait for one that is there, after={node!r}.",
        )
    if isinstance(node, Output):
        refuse(f"{what}the output of task {node.task.id!r}", "Place the task itself: leave out `.output`.")
    if isinstance(node, Labelled):
        refuse(f"{what}an arrow without an end", 'After label("…") comes another `>>` and a node.')
    if isinstance(node, OpenGroup):
        refuse(f"{what}{node!r}", "A group to place is made with Group(…); `.group(…)` writes one inline.")
    if isinstance(node, list | tuple):
        refuse(f"{what}a {type(node).__name__}", f"Write .{word}(*nodes).")
    refuse(f"{what}{type(node).__name__}", "Make a task with task(…) and a group with Group(…).")
