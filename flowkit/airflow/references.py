"""
References to outputs where mapped groups are involved, and to the items of these groups.

Outside of a mapped group, Airflow turns the output of a task in it into a list, the bare value or `None`, depending on
how many items there are. In a template it does the same to mapped tasks, and gives a task within the group the results
of all copies. With these references the result is always a list outside of the group, and that of the same copy inside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final, final

from airflow.sdk import XComArg
from airflow.sdk.definitions._internal.expandinput import DictOfListsExpandInput, MappedArgument
from airflow.sdk.definitions._internal.mixins import ResolveMixin
from airflow.sdk.definitions.xcom_arg import PlainXComArg

from flowkit.airflow.compat import SerializedAsText
from flowkit.model.calls import ItemRef
from flowkit.model.values import INSIDE, map_values, walk

_ABSENT: Final = object()


@final
class Gathered(PlainXComArg):
    """
    The results of all copies of a task in a mapped group, for a task outside of that group.
    """

    __slots__ = ()

    def resolve(self, context: Mapping[str, Any]) -> Any:
        """
        Return the list of the results, without those of copies that were skipped or returned nothing.
        """
        # A list of ids makes the result a list, however many there are.
        results = context["ti"].xcom_pull(task_ids=[self.operator.task_id], key=self.key)
        return [result for result in results or () if result is not None]


@final
class OfThisCopy(PlainXComArg):
    """
    The result of a task for another task of the same mapped group, which takes that of its own copy.
    """

    __slots__ = ()


def reference_type(producer: Any, consumer_group: Any) -> Any:
    """
    Return the class of the reference to the output of *producer*, for a task or a group in *consumer_group*.
    """
    group_id = mapped_group_id(producer)
    if group_id is None:
        return XComArg
    around = {group.group_id for group in consumer_group.iter_mapped_task_groups()}
    return OfThisCopy if group_id in around else Gathered


def mapped_group_id(operator: Any) -> str | None:
    """
    Return the id of the nearest mapped group around *operator*.
    """
    # Not the group itself: nested groups only hold a proxy of it.
    group = operator.get_closest_mapped_task_group()
    return None if group is None else str(group.group_id)


def template_of(reference: Any) -> str:
    """
    Return the Jinja expression for an output.
    """
    task_id, dag_id = reference.operator.task_id, reference.operator.dag_id
    if isinstance(reference, Gathered) or reference.operator.is_mapped:
        pull = f"xcom_pull(task_ids=['{task_id}'], dag_id='{dag_id}', key='{reference.key}')"
        return f"{{{{ task_instance.{pull} | reject('none') | list }}}}"
    if isinstance(reference, OfThisCopy):
        copy = "map_indexes=task_instance.map_index"
        pull = f"xcom_pull(task_ids='{task_id}', dag_id='{dag_id}', key='{reference.key}', {copy})"
        return f"{{{{ task_instance.{pull} }}}}"
    return str(reference)


def item_of(ref: ItemRef, group: Any, defaults: Mapping[str, Any]) -> Any:
    """
    Return the reference to an item of the mapped group *group*: Airflow's own where that gives the task the item.

    Args:
        ref: The item, or a field of it.

        group: Airflow's `MappedTaskGroup`.

        defaults: The defaults of the group's function, for sets of arguments that are known only when it runs.
    """
    given = group._expand_input
    if not ref.path and ref.parameter not in defaults and not _needs_work(given, ref.parameter):
        argument: Any = MappedArgument  # type checkers see other names of its fields
        return argument(input=given, key=ref.parameter)
    return ItemOf(ref, given, defaults.get(ref.parameter, _ABSENT))


def _is_written(given: Any, parameter: str) -> bool:
    # What a task has returned is data, in which nothing is rendered.
    values = given.value[parameter] if isinstance(given, DictOfListsExpandInput) else given.value
    return not isinstance(values, ResolveMixin)


def _needs_work(given: Any, parameter: str) -> bool:
    if not _is_written(given, parameter):
        return False
    values = given.value[parameter] if isinstance(given, DictOfListsExpandInput) else given.value
    return any(
        isinstance(leaf, ResolveMixin) or (isinstance(leaf, str) and _is_template(leaf))
        for _path, leaf in walk(values, lambda value: isinstance(value, ResolveMixin))
    )


def _is_template(text: str) -> bool:
    return "{" in text and any(mark in text for mark in ("{{", "{%", "{#"))


def renderer(context: Mapping[str, Any]) -> Callable[[str], Any]:
    """
    Return the function that renders a text as the task of *context* renders those of its template fields.
    """
    task: Any = context.get("task")
    environment: list[Any] = []

    def render(text: str) -> Any:
        if task is None or not (_is_template(text) or text.endswith(tuple(task.template_ext))):
            return text
        if not environment:
            environment.append(task.get_template_env())
        return task.render_template(text, context, environment[0])

    return render


def _final(context: Any, render: Callable[[str], Any], value: Any) -> Any:
    if isinstance(value, ResolveMixin):
        return value.resolve(context)
    return render(value) if isinstance(value, str) else INSIDE


@final
class ItemOf(SerializedAsText, ResolveMixin):
    """
    The item that a copy of a mapped group is for, or a field of it, where Airflow's own reference does not do.
    """

    def __init__(self, ref: ItemRef, expand_input: Any, default: Any = _ABSENT) -> None:
        self._ref = ref
        self._input = expand_input
        self._default = default
        self._is_written = _is_written(expand_input, ref.parameter)

    def iter_references(self) -> Iterable[tuple[Any, str]]:
        """
        Yield the outputs that the group is mapped over.
        """
        yield from self._input.iter_references()

    def resolve(self, context: Any) -> Any:
        """
        Return the item, itself rather than what stands in for it.

        Raises:
            KeyError: If the set of arguments for this copy lacks a required one.
        """
        given, _ = self._input.resolve(context)
        if self._ref.parameter not in given and self._default is not _ABSENT:
            return self._default
        item = given[self._ref.parameter]
        if self._is_written:
            item = map_values(item, partial(_final, context, renderer(context)))
        for field in self._ref.path:
            item = getattr(item, field)
        return item

    def serialize(self) -> str:
        """
        Return the form for the serialized DAG.
        """
        return describe_item(self._ref)


def describe_item(ref: ItemRef) -> str:
    """
    Return how an item of a mapped group is written in the serialized DAG.
    """
    return f"<item {'.'.join((ref.parameter, *ref.path))} of group {ref.group_id}>"
