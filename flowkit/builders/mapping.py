"""
One task, or one group, for each item of something: Airflow's dynamic task mapping.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast, final, overload

from typing_extensions import ParamSpec

from flowkit.base.call_site import caller
from flowkit.base.errors import DefinitionError
from flowkit.base.lazy_names import LazyImport, real
from flowkit.base.operator_classes import is_operator_class
from flowkit.base.problems import Problem
from flowkit.builders.action import Action, checked_function
from flowkit.builders.group import Group
from flowkit.builders.immutable import R
from flowkit.builders.invalid import raise_invalid
from flowkit.draft.nodes import GroupMapping
from flowkit.draft.output import Output
from flowkit.draft.placeholders import GroupItem, Items, Over
from flowkit.model.calls import EachCall, OperatorCall, PythonCall

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")
W = TypeVar("W")
K = TypeVar("K")


@final
class _Over:
    """
    Marks the argument that a task is mapped over.
    """

    __slots__ = ()

    # A mapping comes first: Airflow maps over its pairs, and it is an iterable of its keys as well.
    @overload
    def __call__(self, items: Mapping[K, V], /) -> tuple[K, V]: ...
    @overload
    def __call__(self, items: Iterable[U], /) -> U: ...
    def __call__(self, items: Any, /) -> Any:
        """
        Return one item of *items*, to a type checker; the task that takes it is made once for each item.

        Args:
            items: The output of a task, `items.map(…)` and the like, or a list or mapping that is there already.

        Raises:
            DefinitionError: If Airflow cannot map over it.
        """
        items = real(items)
        if not isinstance(items, Output | Items | GroupItem | Mapping | list | tuple):
            raise_invalid(
                f"over() takes an output, a list or a mapping, not {type(items).__name__}: Airflow counts the items",
                "Write over(list(…)), or let a task return the list: over(task.output).",
            )
        if isinstance(items, Output) and items.key is not None:
            raise_invalid(
                f"over() got the key {items.key!r} of an output; Airflow maps over whole outputs only",
                "Let a task return the list alone.",
            )
        return Over(list(items) if isinstance(items, tuple) else items)

    @overload
    def zip(self, first: Iterable[U], second: Iterable[V], /) -> tuple[U, V]: ...
    @overload
    def zip(self, first: Iterable[U], second: Iterable[V], third: Iterable[W], /) -> tuple[U, V, W]: ...
    def zip(self, *sources: Any) -> Any:
        """
        Return `over(items.zip(…))`: one tuple of items that belong together.
        """
        return self(_Items().zip(*sources))


over: _Over = _Over()
"""
`over(xs)` stands, typed as one item, wherever an argument may: the task is made once for each item.
"""


@final
class _Items:
    """
    Changes outputs item by item, or puts them together, on the way from task to task.
    """

    __slots__ = ()

    def map(self, fn: Callable[[U], V], source: Iterable[U], /) -> Sequence[V]:
        """
        Return `fn(item)` for each item of *source*. Airflow calls *fn* when the taking task runs.

        Airflow stores the source text of *fn*: it has to be a plain function without a closure.
        """
        return cast("Sequence[V]", Items("map", (_source("map", source),), fn))

    def filter(self, keep: Callable[[U], object], source: Iterable[U], /) -> Sequence[U]:
        """
        Return the items of *source* for which *keep* is true; the tasks for the others are skipped.
        """
        return cast("Sequence[U]", Items("filter", (_source("filter", source),), keep))

    def concat(self, *sources: Iterable[U]) -> Sequence[U]:
        """
        Return the items of all *sources*, one after the other.
        """
        return cast("Sequence[U]", Items("concat", tuple(_source("concat", source) for source in sources)))

    @overload
    def zip(
        self, first: Iterable[U], second: Iterable[V], /, *, fill: Any = ...
    ) -> Sequence[tuple[U, V]]: ...
    @overload
    def zip(
        self, first: Iterable[U], second: Iterable[V], third: Iterable[W], /, *, fill: Any = ...
    ) -> Sequence[tuple[U, V, W]]: ...
    def zip(self, *sources: Any, fill: Any = ...) -> Any:
        """
        Return the items of all *sources* that stand at the same position, as tuples.

        Args:
            sources: Outputs.

            fill: What stands for the items of a source that has ended. Without it, the shortest decides.
        """
        return Items("zip", tuple(_source("zip", source) for source in sources), None, fill)


items: _Items = _Items()
"""
`items.map`, `items.filter`, `items.zip` and `items.concat` work on outputs before a task takes them.
"""


def _source(word: str, source: object) -> object:
    if not isinstance(source, Output | Items):
        raise_invalid(
            f"items.{word}() works on outputs, not on {type(source).__name__}",
            "What is there when the pipeline is built needs no help: use Python's own "
            f"{'+' if word == 'concat' else word + '()'}.",
        )
    return source


def each(fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Action[Sequence[R]]:
    """
    Return the action that calls *fn* once for each item of the arguments that are given as `over(…)`.

    Two `over` make a task for each pair, as in a table; `over.zip` takes items that belong together. The other
    arguments are the same for all. The results arrive as a `Sequence`, which holds nothing for skipped items.

    Raises:
        DefinitionError: If no argument is given as `over(…)`, or *fn* cannot be called.
    """
    fn = real(fn)
    checked_function(fn, "each")
    bound = _bound(fn, args, kwargs, word="each")
    mapped = {name: value.items for name, value in bound.items() if isinstance(value, Over)}
    fixed = {name: value for name, value in bound.items() if not isinstance(value, Over)}
    if not mapped:
        raise_invalid(
            f"each({fn.__name__}, …) got nothing to map over",
            "Give one argument as over(…), or call the function once: python(…).",
        )
    return Action(EachCall(PythonCall(fn, (), fixed, caller()), mapped))


def each_kwargs(
    target: Callable[..., Any], sets: Iterable[Mapping[str, Any]], /, **fixed: Any
) -> Action[Sequence[Any]]:
    """
    Return the action that calls *target* once for each set of arguments: Airflow's `expand_kwargs`, untyped.

    Args:
        target: A function, or the class of an operator.

        sets: A list of mappings from the name of an argument to its value, or an output that gives one.

        fixed: Arguments that are the same for all.

    Raises:
        DefinitionError: If *sets* is one mapping, or one of them does not fit the signature of a function.
    """
    location = caller()
    if isinstance(sets, Mapping):
        raise_invalid(
            "each_kwargs() got one mapping; it takes several of them", "Write each_kwargs(fn, [{…}])."
        )
    call: PythonCall | OperatorCall
    if type(target) is LazyImport:
        from flowkit.analysis.operators import is_lazy_operator

        target = target if is_lazy_operator(target) else real(target)  # pyright: ignore[reportArgumentType]
    if type(target) is LazyImport or is_operator_class(target):
        call = OperatorCall(cast("type[Any]", target), fixed, location)
    else:
        checked_function(target, "each_kwargs")
        for given in sets if isinstance(sets, list | tuple) else ():
            if isinstance(given, Mapping):
                _bound(target, (), {**fixed, **given}, word="each_kwargs")
        call = PythonCall(target, (), fixed, location)
    return Action(EachCall(call, {}, sets))


def each_group(fn: Callable[P, Group[T]], /, *args: P.args, **kwargs: P.kwargs) -> Group[Sequence[T]]:
    """
    Return the group of *fn*, made once for each item of the arguments that are given as `over(…)`.

    *fn* is called once, while the pipeline is built: the mapped arguments are references, as outputs are.

    Raises:
        DefinitionError: If no argument is given as `over(…)`, or *fn* does not return a group.
    """
    fn = real(fn)
    checked_function(fn, "each_group")
    key = object()
    bound = _bound(fn, args, kwargs, word="each_group")
    mapped = {name: value.items for name, value in bound.items() if isinstance(value, Over)}
    if not mapped:
        raise_invalid(
            f"each_group({fn.__name__}, …) got nothing to map over", "Give one argument as over(…)."
        )
    given: dict[str, Any] = {name: GroupItem(key, name) if name in mapped else bound[name] for name in bound}
    call = cast("Callable[..., Any]", fn)
    group = call(**given)
    if not isinstance(group, Group):
        raise_invalid(
            f"each_group() got {fn.__name__}(), which returns {type(group).__name__} and not a group",
            "To map a task, use each(fn, over(…)).",
        )
    return cast("Group[Sequence[T]]", group.mapped_over(GroupMapping(key, mapped, caller())))


def _bound(fn: Callable[..., Any], args: Any, kwargs: Any, *, word: str) -> dict[str, Any]:
    # Airflow maps arguments by name only.
    try:
        bound = inspect.signature(fn).bind(*args, **kwargs).arguments
    except TypeError as error:
        message = f"{word}({fn.__name__}, …) does not fit its signature: {error}."
        raise DefinitionError(Problem("FK304", message, "Correct the arguments.", caller())) from None
    except ValueError:
        raise_invalid(
            f"{word}() got a function whose parameters Python does not know", "Wrap it in a function."
        )
    found: dict[str, Any] = {}
    for name, value in bound.items():
        parameter = inspect.signature(fn).parameters[name]
        if parameter.kind is parameter.VAR_KEYWORD:
            found.update(value)
        elif parameter.kind in (parameter.VAR_POSITIONAL, parameter.POSITIONAL_ONLY):
            raise_invalid(
                f"{word}({fn.__name__}, …) gives {name!r} by position only; Airflow maps arguments by name",
                "Let the function take it by name.",
            )
        else:
            found[name] = value
    return found
