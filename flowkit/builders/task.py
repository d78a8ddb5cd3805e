"""
Tasks as values, so that others can refer to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeAlias, cast, final

import attrs
from typing_extensions import TypeVar, Unpack

from flowkit.base.call_site import caller
from flowkit.base.errors import DefinitionError
from flowkit.base.operator_classes import is_operator_class
from flowkit.base.problems import Problem
from flowkit.builders.action import Action
from flowkit.builders.flow import Flow, Node
from flowkit.builders.invalid import raise_invalid
from flowkit.draft.nodes import Target, TaskNode
from flowkit.draft.output import Output
from flowkit.rules.ids import checked_id
from flowkit.rules.option_rules import checked_options

if TYPE_CHECKING:
    from flowkit.model.options import TaskOptions

T_co = TypeVar("T_co", covariant=True, default=None)
RN = TypeVar("RN", default=None)

After: TypeAlias = "Node | str | Sequence[Node | str] | None"
"""What `after=` takes: a task or group, its path, or several of them; `()` for nothing."""


@final
class Task(Node, Generic[T_co]):
    """
    A task, with the type of what it returns. `task` creates one.

    It is immutable and has an identity: a pipeline can contain it only once.
    """

    __slots__ = ("_node",)

    _node: TaskNode

    def __init__(self, node: TaskNode) -> None:
        object.__setattr__(self, "_node", node)

    @property
    def node(self) -> TaskNode:
        """
        The node in the draft of the pipeline.
        """
        return self._node

    @property
    def output(self) -> T_co:
        """
        What the task returns, to pass to other tasks.

        For type checkers it is the value; while the pipeline is built it is a placeholder. It can be an argument, whole
        or by key (`x.output["key"]`), be inside lists, dicts, attrs and dataclass instances, and be part of f-strings
        in arguments that Airflow renders.
        """
        return cast("T_co", Output(self._node))

    def __repr__(self) -> str:
        return f"<Task {self._node.id!r}>"


def task(
    task_id: str,
    action: Action[RN] | None = None,
    /,
    *,
    after: After = None,
    **options: Unpack[TaskOptions],
) -> Task[RN]:
    """
    Return a task as a value. `.then` and `.add` place it in a pipeline or a group.

    Args:
        task_id: The id, without the ids of its groups: letters, digits, `-` and `_`.

        action: `python(fn, …)` or `operator(Class, …)`. Without an action, the task does nothing (`EmptyOperator`).

        after: What the task waits for instead of the previous link of its chain: tasks, groups or their paths; `()` for
            nothing.

        options: Arguments of Airflow's `BaseOperator`, such as `retries` and `pool`; also `pod`. They win over the
            defaults of groups and the pipeline.

    Raises:
        DefinitionError: If the id or the value of an option is wrong.
        UnknownOptionError: If there is no such option.
    """
    return Task(task_node(task_id, action, after, cast("Mapping[str, Any]", options), method="task"))


def setup(
    task_id: str,
    action: Action[RN] | None = None,
    /,
    *,
    after: After = None,
    **options: Unpack[TaskOptions],
) -> Task[RN]:
    """
    Return a setup task. Otherwise it is the same as `task`.

    When a task between a setup and its teardown is cleared, Airflow runs all three again.

    Raises:
        DefinitionError: If the id or the value of an option is wrong.
        UnknownOptionError: If there is no such option.
    """
    node = task_node(task_id, action, after, cast("Mapping[str, Any]", options), method="setup")
    return Task(attrs.evolve(node, role="setup"))


def teardown(
    task_id: str,
    action: Action[RN] | None = None,
    /,
    *,
    setups: After = (),
    on_failure_fail_dagrun: bool | None = None,
    after: After = None,
    **options: Unpack[TaskOptions],
) -> Task[RN]:
    """
    Return a teardown task, which also runs if tasks between *setups* and it fail.

    In a chain, the next link follows what the teardown follows, not the teardown.

    Args:
        task_id: As for `task`.

        action: As for `task`.

        setups: Its setup tasks: tasks or their paths. Each gets an edge to it.

        on_failure_fail_dagrun: Whether the run fails if this task fails. By default it does not.

        after: As for `task`.

        options: As for `task`, but without `trigger_rule`, which Airflow sets.

    Raises:
        DefinitionError: If the id or the value of an option is wrong.
        UnknownOptionError: If there is no such option.
    """
    given = cast("Mapping[str, Any]", options)
    node = teardown_node(
        task_id, action, setups, on_failure_fail_dagrun, after=after, options=given, method="teardown"
    )
    return Task(node)


def teardown_node(
    task_id: str,
    action: Action[Any] | None,
    setups: After,
    on_failure_fail_dagrun: bool | None,
    *,
    after: After,
    options: Mapping[str, Any],
    method: str,
) -> TaskNode:
    """
    Return the node of a teardown task, after checking each argument.
    """
    call = f"{method}({task_id!r})"
    if "trigger_rule" in options:
        message = f"{call} got a trigger_rule; Airflow sets the trigger rule of teardowns itself."
        raise DefinitionError(Problem("FK006", message, "Remove it.", caller()))
    if on_failure_fail_dagrun is not None and not isinstance(on_failure_fail_dagrun, bool):
        message = f"{call} got on_failure_fail_dagrun={on_failure_fail_dagrun!r}: it must be True or False."
        raise DefinitionError(Problem("FK006", message, "Write on_failure_fail_dagrun=True.", caller()))
    node = task_node(task_id, action, after, options, method=method)
    return attrs.evolve(
        node,
        role="teardown",
        setups=targets(setups, call=call) or (),
        on_failure_fail_dagrun=on_failure_fail_dagrun,
    )


def task_node(
    task_id: str,
    action: Action[Any] | None,
    after: After,
    options: Mapping[str, Any],
    *,
    method: str,
) -> TaskNode:
    """
    Return the node of a task, after checking each argument.
    """
    checked_id(task_id, "task_id")
    if action is not None and not isinstance(action, Action):
        _reject_action(task_id, action, method)
    return TaskNode(
        task_id,
        None if action is None else action.call,
        checked_options(options, call=f"{method}({task_id!r})") if options else {},
        None if after is None else targets(after, call=f"{method}({task_id!r})"),
        caller(),
    )


def targets(after: After, *, call: str) -> tuple[Target, ...] | None:
    """
    Return the value of `after=` as nodes and paths; `None` if it was not given.

    Raises:
        DefinitionError: If it contains anything else.
    """
    if after is None:
        return None
    # Strings are iterable: after="load" would mean l, o, a, d.
    if isinstance(after, str | Node | Flow | Output) or not isinstance(after, Iterable):
        return (_target(after, call),)
    if isinstance(after, set | frozenset):
        raise_invalid(
            f"{call} got after= with a set, whose order differs between processes", "Pass a list or a tuple."
        )

    return tuple(_target(item, call) for item in after)


def _target(item: object, call: str) -> Target:
    if isinstance(item, str):
        return item
    if not isinstance(item, Node):
        raise_invalid(
            f"{call} got after= with {_kind_of(item)}; it takes tasks, groups and their paths",
            'Write after=extract, after="ingestion.extract", after=[a, b], or after=() for nothing.',
        )
    return item.node


def _kind_of(item: object) -> str:
    return "an output" if isinstance(item, Output) else type(item).__name__


def _reject_action(task_id: str, action: object, method: str) -> NoReturn:
    message = f"{method}({task_id!r}) got {_kind_of(action)} as its action"
    if is_operator_class(action):
        hint = f"Write operator({action.__name__}, …)."
    elif callable(action):
        name = getattr(action, "__name__", "fn")
        hint = f"Pass the function and its arguments separately: python({name}, …)."
    elif isinstance(action, Task):
        hint = f"To run it after another task, write after={action.node.id!r}."
    else:
        hint = "Pass python(fn, …) or operator(Class, …)."
    raise_invalid(message, hint)
