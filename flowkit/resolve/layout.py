"""
Where each node of a draft stands: the tree of scopes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, final

from flowkit.base.call_site import SourceLocation
from flowkit.draft.nodes import Arrow, Draft, GroupNode, Link, TaskNode


class Placed:
    """
    A task or a group in its place.
    """

    __slots__ = ("depth", "first", "full_id", "id", "last", "parent", "path")

    parent: Scope | None
    path: str
    """Its ids from the outside in, joined by dots: how authors name it."""

    full_id: str
    """Its id as Airflow knows it."""

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
        Return whether it stands somewhere in *scope*.
        """
        above = self.parent
        while above is not None and above.depth > scope.depth:
            above = above.parent
        return above is scope


@final
class TaskPosition(Placed):
    """
    A task in its place.
    """

    __slots__ = ("node",)

    def __init__(self, node: TaskNode, parent: Scope, number: int) -> None:
        # All by itself, and not by `super().__init__`: most of a layout is made here.
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
        The line that it was written in.
        """
        return self.node.location


@final
class Scope(Placed):
    """
    A group in its place; the outermost scope is the pipeline.
    """

    __slots__ = ("children", "inside", "links", "names", "node", "options", "prefix")

    node: GroupNode | Draft
    children: list[NodePosition]
    """In the order of the source."""

    names: dict[str, NodePosition]
    """The children by their own ids; of several with the same id, the first."""

    links: list[LinkPosition]
    inside: str
    """What the paths within begin with."""

    prefix: str
    """What the ids within begin with, as Airflow knows them: empty where the group says `prefix_group_id=False`."""

    options: Mapping[str, Any]
    """The defaults in effect here."""

    def __init__(self, node: GroupNode | Draft, parent: Scope | None) -> None:
        super().__init__(parent, node.id if isinstance(node, GroupNode) else "")
        self.node = node
        self.children = []
        self.names = {}
        self.links = []
        self.options = {}
        prefixed = isinstance(node, GroupNode) and node.settings.get("prefix_group_id", True)
        self.inside = f"{self.path}." if self.path else ""
        self.prefix = f"{self.full_id}." if prefixed else ""

    @property
    def location(self) -> SourceLocation:
        """
        The line that it was written in.
        """
        return self.node.location

    def find(self, path: str) -> NodePosition | None:
        """
        Return the node that *path* names, looked up from here outwards.
        """
        parts = path.split(".")
        scope: Scope | None = self
        while scope is not None:
            found = scope._descend(parts)
            if found is not None:
                return found
            scope = scope.parent
        return None

    def _descend(self, parts: list[str]) -> NodePosition | None:
        here: NodePosition = self
        for part in parts:
            if not isinstance(here, Scope) or part not in here.names:
                return None
            here = here.names[part]
        return here


NodePosition: TypeAlias = "TaskPosition | Scope"


@final
class LinkPosition:
    """
    A link of a chain in its place, with the nodes that it places.
    """

    __slots__ = ("link", "members", "scope")

    def __init__(self, link: Link, scope: Scope) -> None:
        self.link: Link = link
        self.scope: Scope = scope
        self.members: list[NodePosition] = []


@final
class Layout:
    """
    A draft with every node in its place.
    """

    __slots__ = ("arrows", "groups", "members", "placed", "root", "spots")

    def __init__(self, root: Scope) -> None:
        self.root: Scope = root
        self.placed: dict[TaskNode | GroupNode, NodePosition] = {}
        self.arrows: list[Arrow] = []
        self.members: list[NodePosition] = []
        """The tasks and the groups, in the order of the source; a group before what it holds."""

        self.spots: list[TaskPosition] = []
        """The tasks among them."""

        self.groups: list[Scope] = []
        """The groups among them."""
