"""
A group as a value, which functions can return to share it between pipelines.
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
from flowkit.builders.invalid import raise_invalid
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
    A group of tasks: Airflow's `TaskGroup`.

    `Group[T]` is a group whose output has the type `T`, that of the task given to `.returns`.

    Args:
        group_id: The id, without the ids of its groups: letters, digits, `-` and `_`.

        after: What the group waits for instead of the previous link of its chain: tasks, groups or their paths; `()`
            for nothing.

        settings: Arguments of Airflow's `TaskGroup`, such as `tooltip`.

    Raises:
        DefinitionError: If the id or the value of a setting is wrong.
        UnknownOptionError: If there is no such setting.
    """

    __slots__ = ("_node",)

    _node: list[GroupNode]

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
        return cast("Group[Any]", self._with(attrs.evolve(self._head, mapping=mapping), self._last))

    def returns(self, node: Task[R] | Group[R], /) -> Group[R]:
        """
        Return this group with the output of *node* as its own output.

        Args:
            node: A task or a group that is placed in this group.

        Raises:
            DefinitionError: If *node* is neither, or a group without an output.
        """
        if isinstance(node, Group):
            returned = node._head.returned
            if returned is None:
                own, other = self._head.id, node._head.id
                message = f"Group {own!r} returns group {other!r}, which has no output."
                hint = f"Give group {other!r} the output of one of its tasks: .returns(task)."
                raise DefinitionError(Problem("FK009", message, hint, caller()))
        elif isinstance(node, Task):
            returned = node.node
        else:
            raise_invalid(
                f".returns() of group {self._head.id!r} takes a task or a group, not {type(node).__name__}",
                "Pass the task itself, without `.output`, as you passed it to .then().",
            )

        return cast("Group[R]", self._with(attrs.evolve(self._head, returned=returned), self._last))

    @property
    def output(self) -> T_co:
        """
        The output of the task given to `.returns`, to pass to other tasks. See `Task.output`.

        Raises:
            DefinitionError: If `.returns` was not called.
        """
        if self._head.returned is None:
            message = f"Group {self._head.id!r} has no output."
            hint = "Choose the task whose output it returns: .returns(task)."
            raise DefinitionError(Problem("FK009", message, hint, caller()))

        return cast("T_co", Output(self._head.returned))

    @property
    def _call_text(self) -> str:
        return f"Group({self._head.id!r})"

    def __repr__(self) -> str:
        return f"<Group {self._head.id!r}>"
