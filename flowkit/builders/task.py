"""
A task as a value, so that others can refer to it.
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
from flowkit.draft.nodes import Target, TaskNode
from flowkit.draft.output import Output
from flowkit.rules.ids import checked_id
from flowkit.rules.option_rules import checked_options

if TYPE_CHECKING:
    from flowkit.model.options import TaskOptions

T_co = TypeVar("T_co", covariant=True, default=None)
RN = TypeVar("RN", default=None)

After: TypeAlias = "Node | str | Sequence[Node | str] | None"
"""What `after=` takes: a node or the path of one, or several of them; `()` for none."""


@final
class Task(Node, Generic[T_co]):
    """
    One task, with the type of what it returns. Made by `task`.

    Immutable, and with an identity: it stands in one place of a pipeline.
    """

    __slots__ = ("_node",)

    _node: TaskNode

    def __init__(self, node: TaskNode) -> None:
        object.__setattr__(self, "_node", node)

    @property
    def node(self) -> TaskNode:
        """
        What the author wrote, as `flowkit.check` reads it.
        """
        return self._node

    @property
    def output(self) -> T_co:
        """
        What the task returns, as an argument for other tasks.

        To a type checker it is the value; while the pipeline is built it is a reference. It can be given as an
        argument, whole or one key of it (`x.output["key"]`), inside lists, dicts, attrs and dataclass values, and
        in f-strings of arguments that Airflow renders.
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
    Return one task as a value. `.then` and `.add` place it in a pipeline or a group.

    Args:
        task_id: The id, without those of the groups around it: letters, digits, `-` and `_`.

        action: `python(fn, …)` or `operator(Class, …)`. Without one the task does nothing (Airflow's `EmptyOperator`).

        after: What the task waits for in place of the previous link of its chain: tasks, groups or their paths;
            `()` for nothing.

        options: What Airflow's `BaseOperator` takes, such as `retries` and `pool`; and `pod`. They win over the
            defaults of the groups and the pipeline around.

    Raises:
        DefinitionError: If the id or the value of an option is wrong.
        UnknownOptionError: If there is no such option.
    """
    return Task(task_node(task_id, action, after, cast("Mapping[str, Any]", options), word="task"))


def setup(
    task_id: str,
    action: Action[RN] | None = None,
    /,
    *,
    after: After = None,
    **options: Unpack[TaskOptions],
) -> Task[RN]:
    """
    Return one task that sets something up, for teardowns to tear down. Everything else is as with `task`.

    Clearing a task that stands between a setup and its teardown runs both again, as Airflow has it.

    Raises:
        DefinitionError: If the id or the value of an option is wrong.
        UnknownOptionError: If there is no such option.
    """
    node = task_node(task_id, action, after, cast("Mapping[str, Any]", options), word="setup")
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
    Return one task that tears down what *setups* set up, even when tasks before it have failed.

    A teardown ends no link of a chain: the next link follows what the teardown followed.

    Args:
        task_id: The id, without those of the groups around it.

        action: `python(fn, …)` or `operator(Class, …)`.

        setups: The tasks that set up what this one tears down; each gets an edge to it.

        on_failure_fail_dagrun: Whether the run fails when this task fails. `None`: it does not.

        after: What it waits for in place of the previous link; `()` for nothing.

        options: As with `task`, but for `trigger_rule`, which Airflow sets.

    Raises:
        DefinitionError: If the id or the value of an option is wrong.
        UnknownOptionError: If there is no such option.
    """
    return Task(
        teardown_node(
            task_id,
            action,
            setups,
            on_failure_fail_dagrun,
            after=after,
            options=cast("Mapping[str, Any]", options),
            word="teardown",
        )
    )


def teardown_node(
    task_id: str,
    action: Action[Any] | None,
    setups: After,
    on_failure_fail_dagrun: bool | None,
    *,
    after: After,
    options: Mapping[str, Any],
    word: str,
) -> TaskNode:
    """
    Return what an author wrote as a teardown, checked value by value.
    """
    call = f"{word}({task_id!r})"
    if "trigger_rule" in options:
        message = f"{call} got a trigger_rule; Airflow gives teardowns one of their own."
        raise DefinitionError(Problem("FK006", message, "Leave it out.", caller()))
    if on_failure_fail_dagrun is not None and not isinstance(on_failure_fail_dagrun, bool):
        message = f"{call} got on_failure_fail_dagrun={on_failure_fail_dagrun!r}: it must be True or False."
        raise DefinitionError(Problem("FK006", message, "Write on_failure_fail_dagrun=True.", caller()))
    node = task_node(task_id, action, after, options, word=word)
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
    word: str,
) -> TaskNode:
    """
    Return what an author wrote as a task, checked value by value.
    """
    checked_id(task_id, "task_id")
    if action is not None and not isinstance(action, Action):
        _refuse_action(task_id, action, word)
    return TaskNode(
        task_id,
        None if action is None else action.call,
        checked_options(options, call=f"{word}({task_id!r})") if options else {},
        None if after is None else targets(after, call=f"{word}({task_id!r})"),
        caller(),
    )


def targets(after: After, *, call: str) -> tuple[Target, ...] | None:
    """
    Return what `after=` got as nodes and paths.

    Raises:
        DefinitionError: If there is anything else among it.
    """
    if after is None:
        return None
    # A str is an iterable of str: after="load" would mean l, o, a, d.
    if isinstance(after, str | Node | Flow | Output) or not isinstance(after, Iterable):
        return (_target(after, call),)
    if isinstance(after, set | frozenset):
        message = f"{call} got after= with a set, which has another order in each process."
        hint = "Give a list or a tuple: the same input makes the same DAG."
        raise DefinitionError(Problem("FK008", message, hint, caller()))

    return tuple(_target(item, call) for item in after)


def _target(item: object, call: str) -> Target:
    if isinstance(item, str):
        return item
    if isinstance(item, Node):
        return item.node

    message = f"{call} got after= with {_described(item)}; it takes tasks, groups and their paths."
    hint = 'Write after=extract, after="ingestion.extract", after=[a, b], or after=() for nothing.'
    raise DefinitionError(Problem("FK008", message, hint, caller()))


def _described(item: object) -> str:
    return "an output" if isinstance(item, Output) else type(item).__name__


def _refuse_action(task_id: str, action: object, word: str) -> NoReturn:
    message = f"{word}({task_id!r}) got {_described(action)} as its action."
    if is_operator_class(action):
        hint = f"Write operator({action.__name__}, …)."
    elif callable(action):
        name = getattr(action, "__name__", "fn")
        hint = f"Write python({name}, …): the function, and its arguments beside it."
    elif isinstance(action, Task):
        hint = f"To run it after another task, write after={action.node.id!r}."
    else:
        hint = "An action is python(fn, …) or operator(Class, …)."
    raise DefinitionError(Problem("FK008", message, hint, caller()))
