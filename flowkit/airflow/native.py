"""
A `NativeCall` → what its function makes: one operator or group in place of the task, or a group around all of it.

The function is called inside the DAG and a group of the task's id. In that group, the id of the task itself gets no
prefix: so an operator or a group that has this id can take the place of the group, with all ids as they should be.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, final

import attrs
from airflow.sdk import DAG, BaseOperator, TaskGroup, XComArg
from airflow.sdk.definitions._internal.abstractoperator import AbstractOperator
from airflow.sdk.definitions.xcom_arg import PlainXComArg

from flowkit.airflow.arguments import COMPILERS, Lookup
from flowkit.airflow.compat import dag_contexts_kept
from flowkit.airflow.references import reference_type
from flowkit.base.call_site import SourceLocation, users_line
from flowkit.base.errors import PipelineError, problems_of
from flowkit.base.exception_text import class_name, exception_text, sentence
from flowkit.base.interruption import is_interruption
from flowkit.base.problems import Problem
from flowkit.model.calls import NativeCall, Ref
from flowkit.model.pipeline import PipelineSpec, TaskSpec
from flowkit.model.values import INSIDE, map_values
from flowkit.rules.native_calls import signature_problem

_ABSENT: Final = object()
_MAX_NAMES: Final = 5
_ANY_ID: Final = "flowkit-native"


@final
@attrs.frozen(eq=False)
class NativeNode:
    """
    What takes the place of a task: what its function made.
    """

    name: str
    """The name of the function."""

    node: Any
    """The operator, or the TaskGroup."""

    made: tuple[Any, ...]
    """All operators."""

    returned: Any
    """What the function returned."""

    used: frozenset[str]
    """The ids of the tasks whose outputs the function got."""

    @property
    def roots(self) -> tuple[Any, ...]:
        """
        The operators that wait for what the task waits for.
        """
        return tuple(self.node.get_roots()) if isinstance(self.node, TaskGroup) else (self.node,)

    @property
    def leaves(self) -> tuple[Any, ...]:
        """
        The operators that those after the task wait for.
        """
        return tuple(self.node.get_leaves()) if isinstance(self.node, TaskGroup) else (self.node,)


class _Enclosure(TaskGroup):
    """
    The group in which a function is called. In it, the id of the task is that of the group itself.
    """

    __slots__ = ()

    def child_id(self, label: Any) -> Any:
        prefixed: Any = super().child_id
        return self.group_id if label == self._group_id else prefixed(label)


def compile_native(
    task: TaskSpec, dag: DAG, parent: TaskGroup, lookup: Lookup, options: Mapping[str, Any]
) -> NativeNode:
    """
    Return what the function of *task* makes, added to *dag* and *parent*.

    Args:
        task: A task whose action is a `NativeCall`.

        dag: The DAG, with the defaults of the pipeline.

        parent: The group around the task, or the outermost one of the DAG.

        lookup: Returns the reference to an output.

        options: The options in effect, as Airflow's operators accept them, without a trigger rule of the task's own.

    Raises:
        PipelineError: If the function fails, or what it makes cannot take the place of the task.
    """
    call: Any = task.action
    if (problem := signature_problem(call)) is not None:
        raise PipelineError([problem])
    used: set[str] = set()
    args, kwargs = (_with_references(value, lookup, used) for value in (call.args, dict(call.kwargs)))
    enclosure = _enclosure(task.id, dag, parent)
    enclosure.default_args = {
        name: value for name, value in options.items() if dag.default_args.get(name, _ABSENT) is not value
    }
    before = _Before(frozenset(dag.task_dict), frozenset(enclosure.used_group_ids))
    with dag_contexts_kept() as dags, dag, enclosure:
        returned = _returned(task, call, args, kwargs)
    made = tuple(enclosure)
    problems = [*_misplaced(dag, enclosure, made, before, dags), *_foreign_edges(made, used)]
    problems = problems or [*_nothing(made, returned), *_beside(enclosure), *_unfit_id(enclosure)]
    if problems:
        raise PipelineError([_unfit(task, call, *problem) for problem in problems])
    result = NativeNode(call.name, _placed(enclosure, parent), made, returned, frozenset(used))
    _set_rule(task, result.roots)
    return result


def _returned(task: TaskSpec, call: NativeCall, args: Any, kwargs: Any) -> Any:
    try:
        return call.function(*args, **kwargs)
    except BaseException as error:
        if is_interruption(error) or problems_of(error):
            raise
        message = sentence(f"Task {task.task_id!r}: {call.name}() raised {class_name(error)}", error)
        hint = "Fix the function, or its arguments."
        if class_name(error) == "DuplicateTaskIdFound":
            hint = (
                f"Ids are unique in a DAG, and {task.id!r} is that of the task itself here: choose other ids."
            )
        location = users_line(error) or call.location
        raise PipelineError([Problem("FK904", message, hint, location)]) from error


def _unfit(task: TaskSpec, call: NativeCall, what: str, hint: str) -> Problem:
    return Problem("FK904", f"Task {task.task_id!r}: {call.name}() {what}", hint, call.location)


def _enclosure(own_id: str, dag: DAG, parent: TaskGroup) -> TaskGroup:
    """
    Return the group for the call, in *parent* under the id of the task, which is not in use yet.
    """
    # Airflow takes ids for operators that it does not take for groups: with dots, and longer ones.
    enclosure = _Enclosure(group_id=_ANY_ID, dag=dag, parent_group=parent, add_suffix_on_collision=True)
    enclosure.used_group_ids.difference_update(_ids_of(enclosure))
    del parent.children[str(enclosure.group_id)]
    object.__setattr__(enclosure, "_group_id", own_id)
    parent.children[str(enclosure.group_id)] = enclosure
    return enclosure


def _ids_of(group: TaskGroup) -> set[Any]:
    return {group.group_id, group.upstream_join_id, group.downstream_join_id}


@final
@attrs.frozen
class _Before:
    """
    What the DAG held before the function was called.
    """

    task_ids: frozenset[str]
    group_ids: frozenset[Any]


def _with_references(value: Any, lookup: Lookup, used: set[str]) -> Any:
    def noted(ref: Any) -> Any:
        reference = lookup(ref)
        used.update(operator.task_id for operator, _ in reference.iter_references())
        return reference

    def fill(item: Any) -> Any:
        compiler = COMPILERS.get(type(item))
        return INSIDE if compiler is None else compiler(item, noted)

    return map_values(value, fill)


def _set_rule(task: TaskSpec, roots: Iterable[Any]) -> None:
    rule: Any = task.own_options.get("trigger_rule")
    if rule is None:
        return
    inherited: Any = task.inherited_options.get("trigger_rule") or "all_success"
    for root in roots:
        kind = type(root.trigger_rule)
        if root.trigger_rule != kind(inherited):
            continue  # the function has set it
        if isinstance(root, BaseOperator):
            root.trigger_rule = kind(rule)
        else:
            root.partial_kwargs["trigger_rule"] = kind(rule)


def _placed(enclosure: TaskGroup, parent: TaskGroup) -> Any:
    """
    Put what was made into *parent*: the one node that has the id of the task, or else the enclosure itself.
    """
    own_id: Any = enclosure.group_id
    node = enclosure.children.get(own_id)
    if node is None:
        enclosure.used_group_ids.update(_ids_of(enclosure))
        enclosure.__class__ = TaskGroup  # no id is the same in it any more
        return enclosure
    # As Airflow itself keeps them: operators hold their group, groups a proxy of theirs.
    node.task_group = parent if isinstance(node, BaseOperator) else weakref.proxy(parent)
    parent.children[own_id] = node
    return node


def _misplaced(
    dag: DAG,
    enclosure: TaskGroup,
    made: tuple[Any, ...],
    before: _Before,
    dags: list[Any],
) -> Iterator[tuple[str, str]]:
    if any(other is not dag for other in dags):
        yield (
            "makes or opens a DAG: what is in that DAG is not in this pipeline.",
            "Leave out the DAG: the function is called inside the DAG of the pipeline.",
        )
        return
    own_tasks = {operator.task_id for operator in made}
    # Airflow keeps the ids of tasks among those of groups.
    new_ids = {*dag.task_dict, *enclosure.used_group_ids} - before.task_ids - before.group_ids
    elsewhere = (new_ids - own_tasks - _group_ids(enclosure)) | (own_tasks - dag.task_dict.keys())
    if elsewhere:
        yield (
            f"puts {_names(elsewhere)} outside of its place in the pipeline.",
            "Leave out dag=, task_group= and parent_group=: what the function makes is then in the group of the task.",
        )


def _group_ids(group: TaskGroup) -> set[Any]:
    return {name for inner in group.get_task_group_dict().values() for name in _ids_of(inner)}


def _foreign_edges(made: tuple[Any, ...], used: set[str]) -> Iterator[tuple[str, str]]:
    own = {operator.task_id for operator in made}
    for operator in made:
        others = (operator.upstream_task_ids - own - used) | (operator.downstream_task_ids - own)
        if others:
            yield (
                f"connects {operator.task_id!r} with {_names(others)}, which it did not make.",
                "Connect the tasks in the pipeline, or pass the output of the other task to the function.",
            )


def _nothing(made: tuple[Any, ...], returned: Any) -> Iterator[tuple[str, str]]:
    if made:
        return
    hint = "Make operators in the function, without dag= and task_group=."
    if type(returned).__module__.startswith("flowkit."):
        hint = "What it returns is flowkit's: place that with .then(…), without native()."
    elif isinstance(returned, DAG):
        hint = "Leave out the DAG: the function is called inside the DAG of the pipeline."
    yield "makes no operators.", hint


def _beside(enclosure: TaskGroup) -> Iterator[tuple[str, str]]:
    own_id: Any = enclosure.group_id
    others = enclosure.children.keys() - {own_id}
    if own_id in enclosure.children and others:
        yield (
            f"makes {own_id!r}, which is the id of the task, and {_names(others)} beside it.",
            "Put all of it in one group of that id, or give that node another id.",
        )


def _unfit_id(enclosure: TaskGroup) -> Iterator[tuple[str, str]]:
    own_id: Any = enclosure._group_id
    if enclosure.group_id in enclosure.children:
        return
    try:
        enclosure._group_id = own_id  # as the constructor does, this checks it
    except ValueError as error:
        yield (
            f"makes operators or groups of other ids, and Airflow takes no group of this id around them: "
            f"{exception_text(error)}.",
            "Give the task an id of letters, digits, - and _, or make one operator of the id of the task.",
        )


def _names(names: Iterable[Any]) -> str:
    known = sorted(map(str, names))
    more = f" and {len(known) - _MAX_NAMES} more" if len(known) > _MAX_NAMES else ""
    return ", ".join(map(repr, known[:_MAX_NAMES])) + more


def native_output(native: NativeNode, ref: Ref, consumer_group: TaskGroup, location: SourceLocation) -> Any:
    """
    Return the reference to the output of *native*, for a task or a group in *consumer_group*.

    Raises:
        PipelineError: If it has none; the problem is that of the consumer, at *location*.
    """
    key, output = ref.key, native.returned
    if key is not None and isinstance(output, dict) and key in output:
        key, output = None, output[key]
    if not isinstance(output, XComArg | AbstractOperator):
        output = native.made[0] if len(native.made) == 1 else None
    problem = None
    if output is None:
        problem = f"{native.name}() made {len(native.made)} operators and returned neither an operator nor an output"
    elif key is not None and not isinstance(output, PlainXComArg | AbstractOperator):
        problem = f"{native.name}() returned transformed outputs, which have no keys"
    elif not _operators_of(output) <= native.used | {operator.task_id for operator in native.made}:
        problem = f"{native.name}() returned the output of a task that it did not make"
    if problem is not None:
        message = f"The output of task {ref.task_id!r} is used, but {problem}."
        hint = f"Let {native.name}() return the operator, or the output, that others may use."
        raise PipelineError([Problem("FK904", message, hint, location)])
    if not isinstance(output, PlainXComArg | AbstractOperator):
        return output
    operator = output.operator if isinstance(output, PlainXComArg) else output
    own_key = output.key if isinstance(output, PlainXComArg) else None
    kind: Any = reference_type(operator, consumer_group)
    given = key if key is not None else own_key
    return kind(operator) if given is None else kind(operator, given)


def _operators_of(output: Any) -> set[str]:
    if isinstance(output, AbstractOperator):
        return {output.task_id}
    return {operator.task_id for operator, _ in output.iter_references()}


def locations_by_task(spec: PipelineSpec, dag: DAG) -> dict[str, SourceLocation]:
    """
    Return the location of each task of *dag*: that of the task of the pipeline that it is, or that made it.
    """
    locations = {task.task_id: task.location for task in spec.tasks}
    return {
        task_id: locations.get(task_id) or _of_group(locations, operator) or spec.location
        for task_id, operator in dag.task_dict.items()
    }


def _of_group(locations: Mapping[str, SourceLocation], operator: Any) -> SourceLocation | None:
    try:
        group = operator.task_group
        while group is not None and group.group_id is not None:
            if group.group_id in locations:
                return locations[group.group_id]
            group = group.parent_group
    except BaseException as error:  # the constructor of an operator may set any attribute to anything
        if is_interruption(error):
            raise
    return None
