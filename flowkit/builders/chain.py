"""
The chain: the base class of pipelines, groups and inline groups.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Concatenate, Generic, TypeVar, cast, final

from typing_extensions import ParamSpec, Self, Unpack

from flowkit.base.airflow_classes import airflow_kind
from flowkit.base.call_site import caller
from flowkit.base.exception_text import class_name
from flowkit.base.printable import one_line
from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.base.recording import counted, recorded_method
from flowkit.builders.flow import Flow, Labelled, Node
from flowkit.builders.immutable import Immutable
from flowkit.builders.invalid import MAKE_NATIVE, invalid
from flowkit.builders.task import After, targets, task_node, teardown_node
from flowkit.draft.nodes import Arrow, Draft, GroupNode, Link, Named, TaskNode, problems_in
from flowkit.draft.nodes import Node as DraftNode
from flowkit.draft.output import Output
from flowkit.model.defaults import merged
from flowkit.rules.ids import checked_id
from flowkit.rules.operator_defaults import checked_operator_defaults
from flowkit.rules.option_rules import checked_defaults, checked_group_settings

if TYPE_CHECKING:
    from flowkit.builders.action import Action
    from flowkit.model.options import TaskOptions
    from flowkit.model.settings import GroupSettings

P = ParamSpec("P")
R = TypeVar("R")
Head = TypeVar("Head", Draft, GroupNode)
Parent = TypeVar("Parent", bound="Chain[Any]")
Whole = TypeVar("Whole", bound="Chain[Any]")

_MAX_SHOWN = 60
_set_once = object.__setattr__  # past the check of `Immutable`, for objects under construction


def _kept(chain: Chain[Any], problems: tuple[Problem, ...]) -> Any:
    """
    Return *chain* with *problems*: what stands for the result of a method that failed.
    """
    return chain._with_problems(problems)


def _open_group(chain: Chain[Any], problems: tuple[Problem, ...]) -> OpenGroup[Any]:
    return OpenGroup(chain, no_group_head(problems))


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

    def _with_problems(self, problems: tuple[Problem, ...]) -> Self:
        head: Head = evolve(self._head, problems=(*self._head.problems, *problems))
        return self._with(head, self._last)

    def __flowkit_note__(self, problems: tuple[Problem, ...]) -> None:
        _set_once(self, "_head", evolve(self._head, problems=(*self._head.problems, *problems)))

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
        return evolve(self._head, links=tuple(links))

    @recorded_method(_kept)
    def task(
        self,
        task_id: str,
        action: Action[object] | None = None,
        /,
        *,
        after: After = None,
        **options: Unpack[TaskOptions],
    ) -> Self:
        """
        Return this chain with one task as its next link.

        For a task whose output other tasks use, call the function `task`, and place the result with `then`.

        Args:
            task_id: The id, without the ids of its groups: letters, digits, `-`, `_` and `.`.

            action: `python(fn, …)` or `operator(Class, …)`. Without an action, the task does nothing.

            after: What the task waits for instead of the previous link; `()` for nothing.

            options: Arguments of Airflow's `BaseOperator`, such as `retries` and `pool`; also `pod`.
        """
        node = task_node(task_id, action, after, cast("Mapping[str, Any]", options), method=".task")
        return self._single(node)

    @recorded_method(_kept)
    def setup(
        self,
        task_id: str,
        action: Action[object] | None = None,
        /,
        *,
        after: After = None,
        **options: Unpack[TaskOptions],
    ) -> Self:
        """
        Return this chain with a setup task as its next link. See the function `setup`.
        """
        node = task_node(task_id, action, after, cast("Mapping[str, Any]", options), method=".setup")
        return self._single(evolve(node, role="setup"))

    @recorded_method(_kept)
    def teardown(
        self,
        task_id: str,
        action: Action[object] | None = None,
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

    @recorded_method(_kept)
    def then(self, *nodes: Node | Flow) -> Self:
        """
        Return this chain with *nodes* as its next link.

        They run in parallel, unless data or arrows connect them. Tasks and groups are placed here; those that appear
        only in arrows are placed here unless something else in the pipeline places them.
        """
        return self._linked("then", nodes, chained=True)

    @recorded_method(_kept)
    def add(self, *nodes: Node | Flow) -> Self:
        """
        Return this chain with *nodes* placed outside its order: only arrows, data and `after` give them edges.
        """
        return self._linked("add", nodes, chained=False)

    @recorded_method(_open_group)
    def group(
        self, group_id: str, /, *, after: After = None, **settings: Unpack[GroupSettings]
    ) -> OpenGroup[Self]:
        """
        Begin a group as the next link; `.end()` closes it and returns to this chain.

        Args:
            group_id: The id, without the ids of its groups: letters, digits, `-` and `_`.

            after: What the group waits for instead of the previous link; `()` for nothing.

            settings: Arguments of Airflow's `TaskGroup`, such as `tooltip`.
        """
        return OpenGroup(self, group_head(group_id, after, cast("Mapping[str, Any]", settings), ".group"))

    @recorded_method(_kept)
    def defaults(self, **options: Unpack[TaskOptions]) -> Self:
        """
        Return this chain with *options* as the defaults of all its tasks, also those placed before this call.

        Options of a task win over the defaults of its group, and those over the defaults of the pipeline. A later call
        wins over an earlier one.
        """
        problems = [*self._head.problems]
        given = cast("Mapping[str, Any]", options)
        checked = checked_defaults(given, call=f"{self._call_text}.defaults()", problems=problems)
        defaults = merged(self._head.defaults, checked)
        head: Head = evolve(
            self._head,
            defaults=defaults,
            defaults_at={**self._head.defaults_at, **dict.fromkeys(checked, caller())},
            problems=tuple(problems),
        )
        return self._with(head, self._last)

    @recorded_method(_kept)
    def operator_defaults(self, **arguments: Any) -> Self:
        """
        Return this chain with *arguments* as defaults for all operators below that take arguments of these names.

        What an operator is given itself wins over the defaults of its group, and those over the defaults of the
        pipeline. A class that sets such an argument itself keeps it, as with Airflow's `default_args`. Functions of
        `python` never get them.

        Args:
            arguments: Arguments of operators by name, such as `conn_id`. Strings in them are templates where the
                operator renders the argument; outputs are not allowed.
        """
        problems = [*self._head.problems]
        call = f"{self._call_text}.operator_defaults()"
        checked = checked_operator_defaults(arguments, call=call, problems=problems)
        head: Head = evolve(
            self._head,
            operator_defaults={**self._head.operator_defaults, **checked},
            operator_defaults_at={**self._head.operator_defaults_at, **dict.fromkeys(checked, caller())},
            problems=tuple(problems),
        )
        return self._with(head, self._last)

    # Not `Self`: zuban would reject generic functions.
    def apply(self: Whole, fn: Callable[Concatenate[Whole, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:  # noqa: PYI019
        """
        Return `fn(self, *args, **kwargs)`, to use a function as a step of the chain.
        """
        if not callable(fn):
            hint = (
                "Pass the function without calling it, and its further arguments separately: .apply(fn, x)."
            )
            return cast(
                "R", _kept(self, (invalid(f".apply() takes a function, not {class_name(fn)}", hint),))
            )
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

    @recorded_method(lambda group, problems: _kept(group._parent, problems))
    def end(self) -> Parent:
        """
        Close the group, and return the chain around it with the group as its next link.
        """
        return self._parent._single(self._written())

    @property
    def _call_text(self) -> str:
        return f".group({self._head.id!r})"

    def __repr__(self) -> str:
        return f"<group {self._head.id!r} without .end(){counted(problems_in(self._written()))}>"


def group_head(group_id: str, after: After, settings: Mapping[str, Any], method: str) -> GroupNode:
    """
    Return the node of a group without links, with what is wrong with each argument.
    """
    problems: list[Problem] = []
    own_id = checked_id(group_id, "group_id", problems)
    call = f"{method}({own_id!r})"
    own_after = targets(after, call=call, name="after=", problems=problems)
    return GroupNode(
        id=own_id,
        settings=checked_group_settings(settings, call=call, problems=problems, own=("after",)),
        defaults={},
        links=(),
        after=own_after,
        returned=None,
        location=caller(),
        lineage=object(),
        problems=tuple(problems),
    )


def no_group_head(problems: tuple[Problem, ...]) -> GroupNode:
    """
    Return the node of a group that is not known because of *problems*.
    """
    return GroupNode("", {}, {}, (), None, None, caller(), object(), problems=problems)


def _link(method: str, nodes: tuple[Node | Flow, ...], *, chained: bool, before: Link | None) -> Link:
    if len(nodes) == 1 and issubclass(type(nodes[0]), Node):  # the common case
        return Link((cast("Node", nodes[0]).node,), (), chained, caller(), before)
    problems: list[Problem] = []
    if not nodes:
        problems.append(invalid(f".{method}() got no tasks or groups", f"Write .{method}(extract, load)."))
    placed: list[DraftNode | Named] = []
    arrows: list[Arrow] = []
    for node in nodes:
        if issubclass(type(node), Node):
            placed.append(cast("Node", node).node)
        elif type(node) is Flow:
            placed.extend(map(Named, node.nodes))
            arrows.extend(node.arrows)
            problems.extend(node.problems)
        else:
            problems.append(_wrong_node(method, node))
    return Link(tuple(placed), tuple(arrows), chained, caller(), before, tuple(problems))


def _wrong_node(method: str, node: object) -> Problem:
    what = f".{method}() places tasks, groups and flows, not "
    kind = type(node)
    if issubclass(kind, str):
        shown = one_line(cast("str", node), _MAX_SHOWN)
        hint = f"Write .task({shown!r}) to add a task, or after={shown!r} to wait for an existing one."
        return invalid(f"{what}the string {shown!r}", hint)
    if kind is Output:
        task_id = cast("Any", node).task.id
        return invalid(f"{what}the output of task {task_id!r}", "Place the task itself, without `.output`.")
    if kind is Labelled:
        return invalid(f"{what}an arrow without an end", 'Add a node after the label: a >> label("…") >> b.')
    if kind is OpenGroup:
        return invalid(f"{what}{node!r}", "Create it with Group(…): `.group(…)` adds a group inline.")
    if issubclass(kind, list | tuple):
        return invalid(f"{what}a {class_name(node)}", f"Write .{method}(*nodes).")
    if airflow_kind(kind) is not None:
        return invalid(f"{what}{airflow_kind(kind)} ({class_name(node)})", MAKE_NATIVE)
    return invalid(f"{what}{class_name(node)}", "Create a task with task(…) and a group with Group(…).")
