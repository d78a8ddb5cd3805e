"""
A group as a value, which functions can return to share it between pipelines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, cast, final

from typing_extensions import TypeVar, Unpack

from flowkit.base.call_site import caller
from flowkit.base.exception_text import class_name
from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.base.recording import counted, recorded_method
from flowkit.builders.chain import Chain, group_head, no_group_head
from flowkit.builders.flow import Node
from flowkit.builders.invalid import invalid
from flowkit.builders.task import After, Task
from flowkit.draft.nodes import GroupMapping, GroupNode, Link, TaskNode, problems_in
from flowkit.draft.output import Output

if TYPE_CHECKING:
    from flowkit.model.settings import GroupSettings

T_co = TypeVar("T_co", covariant=True, default=None)
R = TypeVar("R")


def fill_group(group: Group[Any], problems: tuple[Problem, ...]) -> None:
    """
    Make *group* one that is not known because of *problems*.
    """
    group._set(no_group_head(problems), None)


def _kept(group: Group[Any], problems: tuple[Problem, ...]) -> Group[Any]:
    return group._with_problems(problems)


@final
class Group(Chain[GroupNode], Node, Generic[T_co]):
    """
    A group of tasks: Airflow's `TaskGroup`.

    `Group[T]` is a group whose output has the type `T`, that of the task given to `.returns`.

    Args:
        group_id: The id, without the ids of its groups: letters, digits, `-` and `_`.

        after: What the group waits for instead of the previous link of its chain: tasks, groups or their paths; `()`
            for nothing.

        settings: Arguments of Airflow's `TaskGroup`, such as `tooltip`.
    """

    __slots__ = ("_node",)

    _node: list[GroupNode]

    @recorded_method(fill_group)
    def __init__(self, group_id: str, /, *, after: After = None, **settings: Unpack[GroupSettings]) -> None:
        self._set(group_head(group_id, after, cast("Mapping[str, Any]", settings), "Group"), None)

    def _set(self, head: GroupNode, last: Link | None) -> None:
        super()._set(head, last)
        # A changed copy is another node, so it must not share the node of its original.
        object.__setattr__(self, "_node", [])

    @property
    def node(self) -> GroupNode:
        """
        The node in the draft of the pipeline: always the same object.
        """
        if not self._node:
            self._node.append(self._written())
        return self._node[0]

    def mapped_over(self, mapping: GroupMapping) -> Group[Any]:
        """
        Return this group, mapped. `each_group` calls it.
        """
        return cast("Group[Any]", self._with(evolve(self._head, mapping=mapping), self._last))

    @recorded_method(_kept)
    def returns(self, node: Task[R] | Group[R], /) -> Group[R]:
        """
        Return this group with the output of *node* as its own output.

        Args:
            node: A task or a group that is placed in this group.
        """
        own = self._head.id
        if type(node) is Task:
            returned: TaskNode | None = node.node
        elif type(node) is Group:
            returned = node._head.returned
            if returned is None:
                return cast("Group[R]", self._with_problems((_no_output(node._head, by=own),)))
        else:
            problem = invalid(
                f".returns() of group {own!r} takes a task or a group, not {class_name(node)}",
                "Pass the task itself, without `.output`, as you passed it to .then().",
            )
            return cast("Group[R]", self._with_problems((problem,)))

        return cast("Group[R]", self._with(evolve(self._head, returned=returned), self._last))

    @property
    def output(self) -> T_co:
        """
        The output of the task given to `.returns`, to pass to other tasks. See `Task.output`.
        """
        returned = self._head.returned
        if returned is None:
            # In its place, the output of a task that carries the problem to whatever takes it.
            problem = _no_output(self._head)
            returned = TaskNode(self._head.id, None, {}, None, caller(), problems=(problem,))

        return cast("T_co", Output(returned))

    @property
    def _call_text(self) -> str:
        return f"Group({self._head.id!r})"

    def __repr__(self) -> str:
        return f"<Group {self._head.id!r}{counted(problems_in(self._written()))}>"


def _no_output(group: GroupNode, by: str | None = None) -> Problem:
    message = f"Group {group.id!r} has no output."
    hint = "Choose the task whose output it returns: .returns(task)."
    if by is not None:
        message = f"Group {by!r} returns group {group.id!r}, which has no output."
        hint = f"Give group {group.id!r} the output of one of its tasks: .returns(task)."
    return Problem("FK009", message, hint, caller())
