"""
What an author wrote, before anyone has looked at it as a whole.

A draft is made of nodes that have an identity: two tasks with the same id and the same action are still two tasks.
`flowkit.resolve` turns a draft into a `PipelineSpec`, or into the list of its problems.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, final

from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem
from flowkit.base.record import field, record
from flowkit.draft.unique import Unique
from flowkit.model.calls import Call, Role

_serials = itertools.count(1)


@final
@record(eq=False)
class TaskNode(Unique):
    """
    A task as its author wrote it.
    """

    id: str
    """Its own id, without those of the groups around it."""

    action: Call | None
    """What it does; `None` for a task that does nothing."""

    options: Mapping[str, Any]
    """The options given to this task itself."""

    after: tuple[Target, ...] | None
    """What it waits for in place of the previous link; `None`: the previous link."""

    location: SourceLocation
    """The line that the task was written in."""

    role: Role | None = None
    """Whether it sets something up, or tears it down."""

    setups: tuple[Target, ...] = ()
    """Of a teardown: the tasks that set up what it tears down."""

    on_failure_fail_dagrun: bool | None = None
    """Of a teardown: whether the run fails when it fails (Airflow's `on_failure_fail_dagrun`)."""

    problems: tuple[Problem, ...] = ()
    """What is wrong with its call, and with those that its arguments come from."""

    serial: int = field(factory=_serials.__next__, init=False)
    """A number that no other task of this process has. Tokens in texts carry it."""


@final
@record(eq=False)
class GroupNode(Unique):
    """
    A group as its author wrote it.
    """

    id: str
    """Its own id, without those of the groups around it."""

    settings: Mapping[str, Any]
    """Arguments of Airflow's `TaskGroup`."""

    defaults: Mapping[str, Any]
    """Options for all tasks below."""

    links: tuple[Link, ...]
    """What it holds."""

    after: tuple[Target, ...] | None
    """What it waits for in place of the previous link; `None`: the previous link."""

    returned: TaskNode | None
    """The task whose output is the output of this group."""

    location: SourceLocation
    """The line that the group was written in."""

    lineage: object
    """Shared by all copies that came from one `Group(…)` call."""

    mapping: GroupMapping | None = None
    """Of a mapped group: what it is made once for each item of."""

    defaults_at: Mapping[str, SourceLocation] = field(factory=dict)
    """By default: the line of the `.defaults(…)` that set it."""

    operator_defaults: Mapping[str, Any] = field(factory=dict)
    """Arguments for all operators below that take them."""

    operator_defaults_at: Mapping[str, SourceLocation] = field(factory=dict)
    """By argument: the line of the `.operator_defaults(…)` that set it."""

    problems: tuple[Problem, ...] = ()
    """What is wrong with its own calls, not with what it holds."""


@final
@record(eq=False)
class GroupMapping(Unique):
    """
    What a group is mapped over.
    """

    key: object
    """What the items inside the group carry."""

    mapped: Mapping[str, Any]
    """By parameter of the function: what it is mapped over."""

    location: SourceLocation
    """The line of `each_group(…)`."""

    by_set: bool = False
    """Whether it is mapped over sets of arguments, which are in `mapped["kwargs_sets"]`."""

    set_defaults: Mapping[str, Any] = field(factory=dict)
    """By parameter: the default of the function, where the sets are known only when the pipeline runs."""


Node: TypeAlias = "TaskNode | GroupNode"

Target: TypeAlias = "TaskNode | GroupNode | str"
"""A node, or the path of one."""


@final
@record(eq=False)
class Named(Unique):
    """
    A node in a link that only an arrow names: it is placed there only when nothing else places it.
    """

    node: Node


@final
@record(eq=False)
class Arrow(Unique):
    """
    An edge that was written as an arrow.
    """

    upstream: Node
    downstream: Node
    label: str | None
    location: SourceLocation


@final
@record(eq=False)
class Link(Unique):
    """
    One step of a chain: nodes that behave like an unnamed group.
    """

    nodes: tuple[Node | Named, ...]
    arrows: tuple[Arrow, ...]

    chained: bool
    """Whether it follows the previous link and is followed by the next one. `.add` makes links that are not."""

    location: SourceLocation

    before: Link | None = None
    """
    The link before it in its chain. Each builder shares the links of the one that it came from: a tuple would be copied
    with every step, and a chain of 20,000 tasks would cost the square of it.
    """

    problems: tuple[Problem, ...] = ()
    """What is wrong with the call that made it. What that could not place is missing here."""


@final
@record(eq=False)
class Draft(Unique):
    """
    A pipeline as its author wrote it.
    """

    dag_id: str
    settings: Mapping[str, Any]
    defaults: Mapping[str, Any]
    links: tuple[Link, ...]
    location: SourceLocation
    defaults_at: Mapping[str, SourceLocation] = field(factory=dict)
    """By default: the line of the `.defaults(…)` that set it."""

    operator_defaults: Mapping[str, Any] = field(factory=dict)
    """Arguments for all operators below that take them."""

    operator_defaults_at: Mapping[str, SourceLocation] = field(factory=dict)
    """By argument: the line of the `.operator_defaults(…)` that set it."""

    problems: tuple[Problem, ...] = ()
    """What is wrong with its own calls, not with what it holds."""


def problems_in(draft: Draft | GroupNode) -> Iterator[Problem]:
    """
    Yield the recorded problems of *draft*, and of all that its links hold.
    """
    # Without recursion: how deep groups may be nested is checked later.
    pending: list[Draft | GroupNode | TaskNode | Link] = [draft]
    seen: set[TaskNode | GroupNode] = set()
    while pending:
        item = pending.pop()
        yield from item.problems
        if isinstance(item, Draft | GroupNode):
            pending.extend(reversed(item.links))
        elif isinstance(item, Link):
            nodes = [node.node if isinstance(node, Named) else node for node in item.nodes]
            pending.extend(reversed([node for node in nodes if node not in seen]))
            seen.update(nodes)
