"""
What stands in the arguments of a task for a value that is not there yet, beside the output of a single task.

All of these have the static type of the value, and behave like `Output`: what Python would do with the value raises
`OutputUseError`, which says what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, final

from flowkit.base.problems import Problem
from flowkit.base.suggestions import did_you_mean
from flowkit.draft.output import Placeholder
from flowkit.model.params import attribute_names
from flowkit.model.values import ContainerKind, container_kind, fields_of


@final
class Over(Placeholder):
    """
    One item of many: the task that takes it is made once for each. Made by `over`.
    """

    __slots__ = ("__flowkit_problems__", "items")

    items: Any
    """An output, `Items`, or a list or mapping that is there when the pipeline is built."""

    __flowkit_problems__: tuple[Problem, ...]
    """What is wrong with its call."""

    def __init__(self, items: Any, problems: tuple[Problem, ...] = ()) -> None:
        self._fill(items=items, __flowkit_problems__=problems)

    def __flowkit_note__(self, problems: tuple[Problem, ...]) -> None:
        self._fill(__flowkit_problems__=(*self.__flowkit_problems__, *problems))

    def _name(self) -> str:
        return "over(…)"


TransformKind = Literal["map", "filter", "zip", "concat"]


@final
class Items(Placeholder):
    """
    Outputs that are put together or changed item by item before a task takes them. Made by `items`.
    """

    __slots__ = ("__flowkit_problems__", "fill", "function", "kind", "sources")

    kind: TransformKind
    sources: tuple[Any, ...]
    """Outputs, or other `Items`."""

    function: Callable[..., Any] | None
    fill: Any
    """What `zip` takes where a source has ended; `...`: it ends with the shortest."""

    __flowkit_problems__: tuple[Problem, ...]
    """What is wrong with its call; not with its sources."""

    def __init__(
        self,
        kind: TransformKind,
        sources: tuple[Any, ...],
        function: Callable[..., Any] | None = None,
        fill: Any = ...,
        problems: tuple[Problem, ...] = (),
    ) -> None:
        self._fill(kind=kind, sources=sources, function=function, fill=fill, __flowkit_problems__=problems)

    def __flowkit_note__(self, problems: tuple[Problem, ...]) -> None:
        self._fill(__flowkit_problems__=(*self.__flowkit_problems__, *problems))

    def _name(self) -> str:
        return f"items.{self.kind}(…)"


@final
class GroupItem(Placeholder):
    """
    Within a mapped group: the item that this copy of the group is for, or a field of it. Made by `each_group`.
    """

    __slots__ = ("key", "parameter", "path", "values")

    key: object
    """Shared by all items of one `each_group` call."""

    parameter: str
    path: tuple[str, ...]
    """The fields that lead from the item to this value; empty: the item itself."""

    values: tuple[Any, ...]
    """The values that this stands for, where they are there when the pipeline is built."""

    def __init__(
        self, key: object, parameter: str, path: tuple[str, ...] = (), values: tuple[Any, ...] = ()
    ) -> None:
        self._fill(key=key, parameter=parameter, path=path, values=values)

    def __getattr__(self, name: str) -> GroupItem:
        """
        Return the reference to one field of the item: all items are attrs or dataclass values that have it.

        Raises:
            OutputUseError: If there is an item without such a field, or the items exist only when the pipeline runs.
        """
        # Python and its tools look for special names on everything.
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if not self.values:
            self._refuse(
                f"was asked for the attribute {name!r}; the value exists only when the pipeline runs", _ITEM
            )
        fields = _common_fields(self.values)
        if name not in fields:
            hint = did_you_mean(name, fields, otherwise=_ITEM)
            self._refuse(f"was asked for {name!r}, which is not a field of all items", hint)
        values = tuple([getattr(value, name) for value in self.values])
        return GroupItem(self.key, self.parameter, (*self.path, name), values)

    def _name(self) -> str:
        return f"The item {'.'.join((self.parameter, *self.path))!r} of a mapped group"


_ITEM = "Do it in a function that takes the item: task(…, python(fn, item))."


def _common_fields(values: tuple[Any, ...]) -> list[str]:
    if any(container_kind(type(value)) is not ContainerKind.FIELDS for value in values):
        return []
    first, *others = (fields_of(value) for value in values)
    return [name for name in first if all(name in other for other in others)]


_TAKE = "Do it in a function that takes the params: task(…, python(fn, params(…)))."


@final
class ParamsMark(Placeholder):
    """
    The params of the run, as an instance of a class, or one field of it. Made by `params`.
    """

    __slots__ = ("__flowkit_problems__", "params_class", "params_field")

    params_class: type[Any]
    params_field: str | None
    __flowkit_problems__: tuple[Problem, ...]
    """What is wrong with its call. Its class is then not known, and it may have any field."""

    def __init__(
        self, params_class: type[Any], params_field: str | None = None, problems: tuple[Problem, ...] = ()
    ) -> None:
        self._fill(params_class=params_class, params_field=params_field, __flowkit_problems__=problems)

    def __flowkit_note__(self, problems: tuple[Problem, ...]) -> None:
        self._fill(__flowkit_problems__=(*self.__flowkit_problems__, *problems))

    def __getattr__(self, name: str) -> ParamsMark:
        """
        Return the reference to one field of the params.

        Raises:
            OutputUseError: If there is no such field, or this is the reference to a field already.
        """
        # Python and its tools look for special names on everything.
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if self.__flowkit_problems__:
            return self
        fields = attribute_names(self.params_class)
        if self.params_field is not None:
            self._refuse(
                f"was asked for the attribute {name!r}; the value exists only when the pipeline runs", _TAKE
            )
        if name not in fields:
            hint = did_you_mean(name, fields, otherwise=f"It has: {', '.join(fields)}.")
            self._refuse(f"was asked for {name!r}, which is not one of its fields", hint)
        return ParamsMark(self.params_class, name)

    def _name(self) -> str:
        name = f"params({self.params_class.__name__})"
        return name if self.params_field is None else f"{name}.{self.params_field}"
