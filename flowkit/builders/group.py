"""
A group as a value: what a function that many pipelines share returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, cast, final

import attrs
from typing_extensions import TypeVar, Unpack

from flowkit.base.call_site import caller
from flowkit.base.errors import DefinitionError
from flowkit.base.problems import Problem
from flowkit.builders.chain import Chain, group_head
from flowkit.builders.flow import Node
from flowkit.builders.task import After, Task
from flowkit.draft.nodes import GroupMapping, GroupNode, Link
from flowkit.draft.output import Output

if TYPE_CHECKING:
    from flowkit.model.settings import GroupSettings

T_co = TypeVar("T_co", covariant=True, default=None)
R = TypeVar("R")


@final
class Group(Chain[GroupNode], Node, Generic[T_co]):
    """
    One group of tasks: Airflow's `TaskGroup`, a box that folds in its graph.

    `Group[T]` is a group whose output has the type `T`: that of the task that it `returns`.

    Args:
        group_id: The id, without those of the groups around it: letters, digits, `-` and `_`.

        after: What the group waits for in place of the previous link of its chain: tasks, groups or their paths;
            `()` for nothing.

        settings: What Airflow's `TaskGroup` takes, such as `tooltip`.

    Raises:
        DefinitionError: If the id or the value of a setting is wrong.
        UnknownOptionError: If there is no such setting.
    """

    __slots__ = ("_made",)

    _made: list[GroupNode]

    def __init__(self, group_id: str, /, *, after: After = None, **settings: Unpack[GroupSettings]) -> None:
        self._set(group_head(group_id, after, cast("Mapping[str, Any]", settings), "Group"), None)

    def _set(self, head: GroupNode, last: Link | None) -> None:
        super()._set(head, last)
        # Another group is another node: a copy does not hand out that of the group it came from.
        object.__setattr__(self, "_made", [])

    @property
    def node(self) -> GroupNode:
        """
        What the author wrote, as `flowkit.check` reads it: one object for each group, however often it is asked.
        """
        if not self._made:
            self._made.append(self._written())
        return self._made[0]

    def mapped_over(self, mapping: GroupMapping) -> Group[Any]:
        """
        Return this group as one that is made once for each item. `each_group` calls it.
        """
        return cast("Group[Any]", self._with(attrs.evolve(self._head, mapping=mapping), self._last))

    def returns(self, node: Task[R] | Group[R], /) -> Group[R]:
        """
        Return this group with the output of *node* as its own.

        Args:
            node: A task or a group that is placed in this group.

        Raises:
            DefinitionError: If *node* is neither, or a group that returns nothing itself.
        """
        if isinstance(node, Group):
            returned = node._head.returned
            if returned is None:
                own, other = self._head.id, node._head.id
                message = f"Group {own!r} returns group {other!r}, which returns nothing itself."
                hint = f"Let group {other!r} return one of its tasks: .returns(task)."
                raise DefinitionError(Problem("FK009", message, hint, caller()))
        elif isinstance(node, Task):
            returned = node.node
        else:
            message = (
                f".returns() of group {self._head.id!r} takes a task or a group, not {type(node).__name__}."
            )
            hint = "Give the task itself, without `.output`, as it was given to .then()."
            raise DefinitionError(Problem("FK008", message, hint, caller()))

        return cast("Group[R]", self._with(attrs.evolve(self._head, returned=returned), self._last))

    @property
    def output(self) -> T_co:
        """
        The output of the task that the group returns, as an argument for other tasks. See `Task.output`.

        Raises:
            DefinitionError: If the group returns nothing.
        """
        if self._head.returned is None:
            message = f"Group {self._head.id!r} has no output: it returns nothing."
            hint = "Say which task's output is the group's: .returns(task)."
            raise DefinitionError(Problem("FK009", message, hint, caller()))

        return cast("T_co", Output(self._head.returned))

    @property
    def _word(self) -> str:
        return f"Group({self._head.id!r})"

    def __repr__(self) -> str:
        return f"<Group {self._head.id!r}>"
