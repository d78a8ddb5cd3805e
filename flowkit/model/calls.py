"""
What a task does: the call of a function, or an operator with its arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, TypeAlias, final

from flowkit.base.call_site import SourceLocation
from flowkit.base.lazy_names import LazyImport, identity, name_of
from flowkit.base.record import field, record

Role: TypeAlias = Literal["setup", "teardown"]


CHOOSING_DECORATORS: Final = frozenset(
    {"branch", "branch_external_python", "branch_virtualenv", "short_circuit"}
)
"""The decorators whose tasks decide which of the tasks after them run."""


@final
@record
class Decorator:
    """
    One of Airflow's task decorators: `virtualenv` of `@task.virtualenv`.
    """

    name: str
    kwargs: Mapping[str, Any]


@final
@record
class PythonCall:
    """
    The call of a Python function.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    location: SourceLocation = field(eq=False)
    """The line of `python(…)`."""

    decorator: Decorator | None = None
    """`None`: the function runs in the worker itself, as with `@task`."""

    routes: Mapping[str, tuple[Any, ...]] | None = None
    """Of a branch: what runs, by the key that the function returns. Nodes in a draft, ids in a spec."""

    multiple: bool = False
    """Of a branch: whether the function returns several keys."""

    @property
    def name(self) -> str:
        """
        The name that messages use.
        """
        return name_of(self.function)


@final
@record
class OperatorCall:
    """
    An operator and the arguments for its constructor.
    """

    operator: type[Any] = field(eq=identity)
    """The class, or the lazy import of it, which equals the class."""

    kwargs: Mapping[str, Any]

    location: SourceLocation = field(eq=False)
    """The line of `operator(…)`."""

    any_names: bool = field(default=False, eq=False)
    """Whether names of arguments that flowkit does not know are accepted, as `operator_of` does."""

    @property
    def name(self) -> str:
        """
        The name that messages use.
        """
        return name_of(self.operator)


@final
@record
class EachCall:
    """
    A call that is mapped: made once for each item.
    """

    call: PythonCall | OperatorCall
    """The call, with the arguments that are the same for all."""

    mapped: Mapping[str, Any]
    """By argument: what it is mapped over."""

    by_set: bool = False
    """Whether it is mapped over sets of arguments, which are in `mapped["kwargs_sets"]`: Airflow's `expand_kwargs`."""

    @property
    def location(self) -> SourceLocation:
        """
        The line of `each(…)` or `operator(…)`.
        """
        return self.call.location

    @property
    def name(self) -> str:
        """
        The name that messages use.
        """
        return self.call.name


@final
@record
class AssetCall:
    """
    The call of a function that makes an asset; its parameters are named after other assets.
    """

    function: Callable[..., Any]
    asset: str
    """The name of the asset that the function gets as `self`."""

    location: SourceLocation = field(eq=False)
    """The line of `materialize(…)`."""

    @property
    def name(self) -> str:
        """
        The name that messages use.
        """
        return name_of(self.function)


@final
@record
class NativeCall:
    """
    The call of a function that makes operators or groups of Airflow, when Airflow gets the pipeline.
    """

    function: Callable[..., Any] = field(eq=identity)
    """The function or class, or the lazy import of it, which equals it."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    location: SourceLocation = field(eq=False)
    """The line of `native(…)`."""

    @property
    def name(self) -> str:
        """
        The name that messages use.
        """
        function: Any = self.function
        if type(function) is LazyImport:
            return name_of(function)
        # Airflow's `@task` and `@task_group` return objects that hold the function, and have methods such as `expand`.
        owner: Any = getattr(function, "__self__", None)
        if hasattr(owner, "function"):
            return f"{name_of(owner.function)}.{name_of(function)}"
        return name_of(function if hasattr(function, "__name__") else getattr(function, "function", function))


SingleCall: TypeAlias = PythonCall | OperatorCall | AssetCall | NativeCall
Call: TypeAlias = SingleCall | EachCall


def inner_call(call: Call | None) -> SingleCall | None:
    """
    Return the call that is made for each item, or *call* itself if it is made once.
    """
    return call.call if isinstance(call, EachCall) else call


@final
@record
class Ref:
    """
    In the arguments of a spec: the output of the task *task_id*, or one key of it.
    """

    task_id: str
    """The task's full id in Airflow, including its groups."""

    key: str | None = None


@final
@record
class Text:
    """
    In the arguments of a spec: a string that contains outputs.
    """

    parts: tuple[str | Ref, ...]


@final
@record
class Transform:
    """
    In the arguments of a spec: outputs that are combined or transformed item by item.
    """

    kind: Literal["map", "filter", "zip", "concat"]
    sources: tuple[Any, ...]
    function: Callable[..., Any] | None = None
    fill: Any = field(default=..., hash=False)


@final
@record
class ItemRef:
    """
    In the arguments of a spec: the item of a mapped group.
    """

    group_id: str
    parameter: str

    path: tuple[str, ...] = ()
    """The fields that lead from the item to the value: `("table",)` for `source.table`; empty: the item itself."""


@final
@record
class ParamsRef:
    """
    In the arguments of a spec: the params of the run, as an instance of a class.
    """

    params_class: type[Any]

    field: str | None = None
    """The one field that the task takes; `None`: the whole instance."""
