"""
The tree of scopes: where each node of a draft is placed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, cast, final

from flowkit.base.call_site import SourceLocation
from flowkit.draft.nodes import Arrow, Draft, GroupNode, Link, TaskNode


class Placed:
    """
    A placed task or group.
    """

    __slots__ = ("depth", "first", "full_id", "id", "last", "parent", "path")

    parent: Scope | None
    path: str
    """Its ids from the outermost in, joined by dots: how authors refer to it."""

    full_id: str
    """Its id in Airflow."""

    depth: int
    first: int
    """The number of its first task, in the order of the source."""

    last: int
    """One more than the number of its last task."""

    def __init__(self, parent: Scope | None, own_id: str) -> None:
        self.id: str = own_id
        self.parent = parent
        self.depth = 0 if parent is None else parent.depth + 1
        self.path = own_id if parent is None else parent.inside + own_id
        self.full_id = own_id if parent is None else parent.prefix + own_id
        self.first = self.last = 0

    def within(self, scope: Scope) -> bool:
        """
        Return whether it is in *scope*, at any depth.
        """
        above = self.parent
        while above is not None and above.depth > scope.depth:
            above = above.parent
        return above is scope


@final
class TaskPosition(Placed):
    """
    A placed task.
    """

    __slots__ = ("node",)

    def __init__(self, node: TaskNode, parent: Scope, number: int) -> None:
        # Without `super().__init__`, for speed: a layout consists mostly of tasks.
        self.id: str = node.id
        self.parent: Scope | None = parent
        self.depth: int = parent.depth + 1
        self.path: str = parent.inside + node.id
        self.full_id: str = parent.prefix + node.id
        self.node: TaskNode = node
        self.first: int = number
        self.last: int = number + 1

    @property
    def location(self) -> SourceLocation:
        """
        The line that defines it.
        """
        return self.node.location


@final
class Scope(Placed):
    """
    A placed group; the outermost scope is the pipeline.
    """

    __slots__ = ("children", "inside", "links", "names", "node", "operator_defaults", "options", "prefix")

    node: GroupNode | Draft
    children: list[NodePosition]
    """In the order of the source."""

    names: dict[str, NodePosition]
    """The children by their own ids; the first of those with the same id."""

    links: list[LinkPosition]
    inside: str
    """The prefix of the paths inside."""

    prefix: str
    """The prefix of the ids inside, in Airflow: empty with `prefix_group_id=False`."""

    options: Mapping[str, Any]
    """The defaults in effect here."""

    operator_defaults: Mapping[str, Any]
    """The arguments for operators that were given here, in the form that Airflow stores."""

    def __init__(self, node: GroupNode | Draft, parent: Scope | None) -> None:
        super().__init__(parent, node.id if isinstance(node, GroupNode) else "")
        self.node = node
        self.children = []
        self.names = {}
        self.links = []
        self.options = {}
        self.operator_defaults = {}
        prefixed = isinstance(node, GroupNode) and node.settings.get("prefix_group_id", True)
        self.inside = f"{self.path}." if self.path else ""
        self.prefix = f"{self.full_id}." if prefixed else ""

    @property
    def location(self) -> SourceLocation:
        """
        The line that defines it.
        """
        return self.node.location

    def find(self, path: str) -> NodePosition | None:
        """
        Return the node that *path* names, looked up from here outwards.
        """
        scope: Scope | None = self
        while scope is not None:
            node = scope._descend(path)
            if node is not None:
                return node
            scope = scope.parent
        return None

    def _descend(self, path: str) -> NodePosition | None:
        here = self
        while path not in here.names:
            # Ids of tasks may have dots, those of groups have none.
            group_id, _, path = path.partition(".")
            group = here.names.get(group_id)
            if not path or not isinstance(group, Scope):
                return None
            here = group
        return here.names[path]


NodePosition: TypeAlias = "TaskPosition | Scope"


@final
class LinkPosition:
    """
    A placed link of a chain, with the nodes that it places.
    """

    __slots__ = ("link", "members", "scope")

    def __init__(self, link: Link, scope: Scope) -> None:
        self.link: Link = link
        self.scope: Scope = scope
        self.members: list[NodePosition] = []


@final
class Layout:
    """
    A draft with every node placed.
    """

    __slots__ = ("arrows", "groups", "members", "placed", "root", "tasks")

    def __init__(self, root: Scope) -> None:
        self.root: Scope = root
        self.placed: dict[TaskNode | GroupNode, NodePosition] = {}
        self.arrows: list[Arrow] = []
        self.members: list[NodePosition] = []
        """The tasks and the groups, in the order of the source; a group before its contents."""

        self.tasks: list[TaskPosition] = []
        """The tasks among them."""

        self.groups: list[Scope] = []
        """The groups among them."""


def options_of(position: TaskPosition) -> Mapping[str, Any]:
    """
    Return the options in effect for a task, pods unmerged. The defaults have to be spread over the scopes before.
    """
    # No copy if there is nothing to merge: the usual case.
    inherited = cast("Scope", position.parent).options
    return {**inherited, **position.node.options} if position.node.options else inherited
