"""
A group as a value: what a function that many pipelines share returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, cast, final

from typing_extensions import TypeVar, Unpack

from flowkit.build.chain import Chain, group_parts
from flowkit.build.flow import Node
from flowkit.build.task import After, Task
from flowkit.errors import DefinitionError, Problem
from flowkit.spec.draft import GroupMapping, GroupNode, Target, TaskNode
from flowkit.spec.output import Output
from flowkit.spec.place import caller

if TYPE_CHECKING:
    from flowkit.errors import Place
    from flowkit.spec.settings import GroupSettings

T_co = TypeVar("T_co", covariant=True, default=None)
R = TypeVar("R")


@final
class Group(Chain, Node, Generic[T_co]):
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

    __slots__ = ("_after", "_id", "_lineage", "_made", "_mapping", "_place", "_returned", "_settings")

    _id: str
    _after: tuple[Target, ...] | None
    _settings: Mapping[str, Any]
    _place: Place
    _returned: TaskNode | None
    _lineage: object
    _mapping: GroupMapping | None
    _made: list[GroupNode]

    def __init__(self, group_id: str, /, *, after: After = None, **settings: Unpack[GroupSettings]) -> None:
        own_id, own_after, own_settings, place = group_parts(
            group_id, after, cast("Mapping[str, Any]", settings), "Group"
        )
        self._set(
            links=None,
            defaults={},
            id=own_id,
            after=own_after,
            settings=own_settings,
            place=place,
            returned=None,
            lineage=object(),
            made=[],
            mapping=None,
        )

    def _with(self, **changes: object) -> Group[T_co]:
        # Another group is another node: the copy must not hand out this one's.
        return super()._with(made=[], **changes)

    @property
    def node(self) -> GroupNode:
        """
        What the author wrote, as `flowkit.check` reads it: one object for each group, however often it is asked.
        """
        if not self._made:
            self._made.append(
                GroupNode(
                    id=self._id,
                    settings=self._settings,
                    defaults=self._defaults,
                    links=self._link_tuple(),
                    after=self._after,
                    returned=self._returned,
                    place=self._place,
                    lineage=self._lineage,
                    mapping=self._mapping,
                )
            )
        return self._made[0]

    def mapped_over(self, mapping: GroupMapping) -> Group[Any]:
        """
        Return this group as one that is made once for each item. `each_group` calls it.
        """
        return cast("Group[Any]", self._with(mapping=mapping))

    def returns(self, node: Task[R] | Group[R], /) -> Group[R]:
        """
        Return this group with the output of *node* as its own.

        Args:
            node: A task or a group that is placed in this group.

        Raises:
            DefinitionError: If *node* is neither, or a group that returns nothing itself.
        """
        if isinstance(node, Group):
            returned = node._returned
            if returned is None:
                message = f"Group {self._id!r} returns group {node._id!r}, which returns nothing itself."
                cure = f"Let group {node._id!r} return one of its tasks: .returns(task)."
                raise DefinitionError(Problem("FK009", message, cure, caller()))
        elif isinstance(node, Task):
            returned = node.node
        else:
            message = f".returns() of group {self._id!r} takes a task or a group, not {type(node).__name__}."
            cure = "Give the task itself, without `.output`, as it was given to .then()."
            raise DefinitionError(Problem("FK008", message, cure, caller()))

        return cast("Group[R]", self._with(returned=returned))

    @property
    def output(self) -> T_co:
        """
        The output of the task that the group returns, as an argument for other tasks. See `Task.output`.

        Raises:
            DefinitionError: If the group returns nothing.
        """
        if self._returned is None:
            message = f"Group {self._id!r} has no output: it returns nothing."
            cure = "Say which task's output is the group's: .returns(task)."
            raise DefinitionError(Problem("FK009", message, cure, caller()))

        return cast("T_co", Output(self._returned))

    @property
    def _word(self) -> str:
        return f"Group({self._id!r})"

    def __repr__(self) -> str:
        return f"<Group {self._id!r}>"
