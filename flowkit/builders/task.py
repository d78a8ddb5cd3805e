"""
Tasks as values, so that others can refer to them.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, cast, final

from typing_extensions import TypeVar, Unpack

from flowkit.base.airflow_classes import airflow_kind, is_airflow_decorated, is_task_group_class
from flowkit.base.call_site import caller
from flowkit.base.exception_text import class_name
from flowkit.base.interruption import is_interruption
from flowkit.base.operator_classes import is_operator_class
from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.base.recording import counted, problems_from, recorded
from flowkit.builders.action import Action
from flowkit.builders.flow import Flow, Node
from flowkit.builders.invalid import MAKE_NATIVE, invalid
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

_OWN_FRAMES = 4  # `caller`, `task_node`, the function or method, and its decorator
MAX_TARGETS = 10_000  # an iterable without an end would fill the memory
_OF_TEARDOWNS = ("setups", "on_failure_fail_dagrun", "after")


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

    def __flowkit_note__(self, problems: tuple[Problem, ...]) -> None:
        node = evolve(self._node, problems=(*self._node.problems, *problems))
        object.__setattr__(self, "_node", node)

    def __repr__(self) -> str:
        return f"<Task {self._node.id!r}{counted(self._node.problems)}>"


def _no_task(problems: tuple[Problem, ...]) -> Task[Any]:
    return Task(TaskNode("", None, {}, None, caller(), problems=problems))


@recorded(_no_task)
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
        task_id: The id, without the ids of its groups: letters, digits, `-`, `_` and `.`.

        action: `python(fn, …)` or `operator(Class, …)`. Without an action, the task does nothing (`EmptyOperator`).

        after: What the task waits for instead of the previous link of its chain: tasks, groups or their paths; `()` for
            nothing.

        options: Arguments of Airflow's `BaseOperator`, such as `retries` and `pool`; also `pod`. They win over the
            defaults of groups and the pipeline.
    """
    return Task(task_node(task_id, action, after, cast("Mapping[str, Any]", options), method="task"))


@recorded(_no_task)
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
    """
    node = task_node(task_id, action, after, cast("Mapping[str, Any]", options), method="setup")
    return Task(evolve(node, role="setup"))


@recorded(_no_task)
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
    Return the node of a teardown task, with what is wrong with each argument.
    """
    problems: list[Problem] = []
    given = {name: value for name, value in options.items() if name != "trigger_rule"}
    node = task_node(task_id, action, after, given, method=method, own=_OF_TEARDOWNS)
    call = f"{method}({node.id!r})"
    if len(given) < len(options):
        message = f"{call} got a trigger_rule; Airflow sets the trigger rule of teardowns itself."
        problems.append(Problem("FK006", message, "Remove it.", caller()))
    if type(on_failure_fail_dagrun) is not bool and on_failure_fail_dagrun is not None:
        what = f"not {class_name(on_failure_fail_dagrun)}"
        message = f"{call} got an invalid on_failure_fail_dagrun: it must be True or False, {what}."
        problems.append(Problem("FK006", message, "Write on_failure_fail_dagrun=True.", caller()))
        on_failure_fail_dagrun = None
    own_setups = targets(setups, call=call, name="setups=", problems=problems) or ()
    return evolve(
        node,
        role="teardown",
        setups=own_setups,
        on_failure_fail_dagrun=on_failure_fail_dagrun,
        problems=(*node.problems, *problems),
    )


def task_node(
    task_id: str,
    action: Action[Any] | None,
    after: After,
    options: Mapping[str, Any],
    *,
    method: str,
    own: Collection[str] = ("after",),
) -> TaskNode:
    """
    Return the node of a task, with what is wrong with each argument.
    """
    problems: list[Problem] = []
    own_id = checked_id(task_id, "task_id", problems)
    call = None
    if type(action) is Action:
        call = action.call
        problems += action.problems
    elif action is not None:
        problems.append(_wrong_action(own_id, action, method))
    checked: dict[str, Any] = {}
    if options:
        checked = checked_options(options, call=f"{method}({own_id!r})", problems=problems, own=own)
    own_after = None
    if after is not None:
        own_after = targets(after, call=f"{method}({own_id!r})", name="after=", problems=problems)
    return TaskNode(own_id, call, checked, own_after, caller(_OWN_FRAMES), problems=tuple(problems))


def targets(after: object, *, call: str, name: str, problems: list[Problem]) -> tuple[Target, ...] | None:
    """
    Return the value of `after=` as nodes and paths; `None` if it was not given.

    Args:
        after: The value.

        call: The user's call, such as `task('load')`. Messages begin with it.

        name: The name of the argument as it is written, such as `after=`.

        problems: Gets what is wrong with the value; that is left out of the result.
    """
    if after is None:
        return None
    kind = type(after)
    # Strings are iterable: after="load" would mean l, o, a, d.
    is_single = issubclass(kind, str | Node | Flow | Output) or airflow_kind(kind) is not None
    if is_single or not issubclass(kind, Iterable):
        items: Iterable[object] = (after,)
    elif issubclass(kind, set | frozenset):
        what = f"{call} got {name.rstrip()} with a set, whose order differs between processes"
        problems.append(invalid(what, "Pass a list or a tuple."))
        return ()
    else:
        try:
            items = list(itertools.islice(cast("Iterable[object]", after), MAX_TARGETS + 1))
        except BaseException as error:
            if is_interruption(error):
                raise
            problems.extend(problems_from(error, f"{call} got {name.rstrip()} with a value", after))
            return ()
        if len(items) > MAX_TARGETS:
            what = f"{call} got {name.rstrip()} with more than {MAX_TARGETS} tasks and groups"
            problems.append(invalid(what, "Pass a list that ends, or wait for a group."))
            return ()

    return tuple([target for item in items if (target := _target(item, call, name, problems)) is not None])


def _target(item: object, call: str, name: str, problems: list[Problem]) -> Target | None:
    kind = type(item)
    if kind is str:
        return cast("str", item)
    if issubclass(kind, str):
        return str.__str__(cast("str", item))
    if airflow_kind(kind) is not None:
        what = f"{airflow_kind(kind)} ({class_name(item)})"
        problems.append(invalid(f"{call} got {name.rstrip()} with {what}", MAKE_NATIVE))
        return None
    if not issubclass(kind, Node):
        problems.append(
            invalid(
                f"{call} got {name.rstrip()} with {_kind_of(item)}; it takes tasks, groups and their paths",
                f'Write {name}extract, {name}"ingestion.extract", {name}[a, b], or {name}() for nothing.',
            )
        )
        return None
    return cast("Node", item).node


def _kind_of(item: object) -> str:
    return "an output" if type(item) is Output else class_name(item)


def _wrong_action(task_id: str, action: object, method: str) -> Problem:
    message = f"{method}({task_id!r}) got {_kind_of(action)} as its action"
    if is_operator_class(action):
        hint = f"Write operator({action.__name__}, …)."
    elif is_task_group_class(action) or is_airflow_decorated(action):
        name = getattr(action, "__name__", "make")
        hint = (
            f"Write native({name}, …), whose function makes operators and groups with Airflow's own classes."
        )
    elif airflow_kind(type(action)) is not None:
        hint = f"Write operator(Class, …) for an operator. {MAKE_NATIVE}"
    elif type(action) is Task:
        hint = f"To run it after another task, write after={action.node.id!r}."
    elif callable(action):
        name = getattr(action, "__name__", "fn")
        hint = f"Pass the function and its arguments separately: python({name}, …)."
    else:
        hint = "Pass python(fn, …) or operator(Class, …)."
    return invalid(message, hint)
