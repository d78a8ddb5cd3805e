"""
Airflow's dynamic task mapping: one task or group for each item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast, final, overload

from typing_extensions import ParamSpec

from flowkit.base.call_site import caller, users_line
from flowkit.base.errors import problems_of
from flowkit.base.exception_text import class_name, sentence
from flowkit.base.interruption import is_interruption
from flowkit.base.lazy_names import LazyImport, name_of, real
from flowkit.base.operator_classes import is_operator_class
from flowkit.base.problems import Problem
from flowkit.base.recording import RefusedError, note, recorded, recorded_method
from flowkit.builders.action import Action, check_function, mapped_over, no_action
from flowkit.builders.argument_names import bound_arguments, signature_with_names
from flowkit.builders.group import Group, fill_group
from flowkit.builders.immutable import R, TaskResult
from flowkit.builders.invalid import invalid, refuse_invalid
from flowkit.builders.several import Several
from flowkit.draft.nodes import GroupMapping
from flowkit.draft.output import Output
from flowkit.draft.placeholders import GroupItem, Items, Over, TransformKind
from flowkit.model.calls import EachCall, OperatorCall, PythonCall

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")
W = TypeVar("W")
K = TypeVar("K")


def _no_over(_: object, problems: tuple[Problem, ...]) -> Over:
    return Over([], problems)


def _no_items(_: object, problems: tuple[Problem, ...]) -> Items:
    return Items("concat", (), problems=problems)


@final
class _Over:
    """
    The type of `over`, which marks the argument that a task is mapped over.
    """

    __slots__ = ()

    # The overload for mappings comes first: they are iterables of their keys, but Airflow maps over their pairs.
    @overload
    def __call__(self, items: Mapping[K, V], /) -> tuple[K, V]: ...
    @overload
    def __call__(self, items: Several[U], /) -> U: ...
    @recorded_method(_no_over, "over")
    def __call__(self, items: Any, /) -> Any:
        """
        Return a placeholder for one item of *items*, typed as that item; the task that gets it is mapped over *items*.

        Args:
            items: The output of a task, what `items.map(…)` and the like return, or a list or mapping.
        """
        items = real(items)
        if not issubclass(type(items), Output | Items | GroupItem | Mapping | list | tuple):
            refuse_invalid(
                f"over() takes an output, a list or a mapping, not {class_name(items)}",
                "Write over(list(…)), or use the output of a task that returns the list: over(task.output).",
            )
        if type(items) is Output and items.key is not None:
            refuse_invalid(
                f"over() got the key {items.key!r} of an output; Airflow maps over whole outputs only",
                "Let the task return only the list.",
            )
        given: Any = items
        return Over(list(given) if issubclass(type(items), tuple) else items)

    @overload
    def zip(self, first: Several[U], second: Several[V], /) -> tuple[U, V]: ...
    @overload
    def zip(self, first: Several[U], second: Several[V], third: Several[W], /) -> tuple[U, V, W]: ...
    @recorded_method(_no_over, "over.zip")
    def zip(self, *sources: Any) -> Any:
        """
        Return a placeholder for the items at one position of all *sources*, as a tuple.

        Args:
            sources: Either outputs or lists. The result is as long as the shortest.
        """
        given = [real(source) for source in sources]
        if given and all(issubclass(type(source), list | tuple) for source in given):
            return Over(list(zip(*given, strict=False)))
        for source in given:
            if not issubclass(type(source), Output | Items):
                refuse_invalid(
                    f"over.zip() takes either outputs or lists, not {class_name(source)} here",
                    "Pass only lists, or let a task return what is not an output yet.",
                )
        return Over(_items("zip", given))


over: _Over = _Over()
"""
`over(xs)`, typed as one item, can be any argument of a mapped task: the task runs once for each item.
"""


@final
class _Items:
    """
    The type of `items`, whose methods transform or combine outputs between two tasks.
    """

    __slots__ = ()

    @recorded_method(_no_items, "items.map")
    def map(self, fn: Callable[[U], V], source: Several[U], /) -> Sequence[V]:
        """
        Return `fn(item)` for each item of *source*. Airflow calls *fn* when the task that uses the result runs.

        Airflow stores the source code of *fn*: it must be a plain function without a closure.
        """
        return cast("Sequence[V]", _items("map", (source,), fn))

    @recorded_method(_no_items, "items.filter")
    def filter(self, keep: Callable[[U], object], source: Several[U], /) -> Sequence[U]:
        """
        Return the items of *source* for which *keep* returns a true value; the tasks for the others are skipped.
        """
        return cast("Sequence[U]", _items("filter", (source,), keep))

    @recorded_method(_no_items, "items.concat")
    def concat(self, *sources: Several[U]) -> Sequence[U]:
        """
        Return the items of all *sources*, one after the other.
        """
        return cast("Sequence[U]", _items("concat", sources))

    @overload
    def zip(self, first: Several[U], second: Several[V], /, *, fill: Any = ...) -> Sequence[tuple[U, V]]: ...
    @overload
    def zip(
        self, first: Several[U], second: Several[V], third: Several[W], /, *, fill: Any = ...
    ) -> Sequence[tuple[U, V, W]]: ...
    @recorded_method(_no_items, "items.zip")
    def zip(self, *sources: Any, fill: Any = ...) -> Any:
        """
        Return tuples of the items at the same position of all *sources*.

        Args:
            sources: Outputs.

            fill: The value for the missing items of shorter sources. Without it, the result is as long as the shortest.
        """
        return _items("zip", sources, fill=fill)


items: _Items = _Items()
"""
`items.map`, `items.filter`, `items.zip` and `items.concat` transform outputs before a task gets them.
"""


def _items(
    method: TransformKind,
    sources: Sequence[Any],
    function: Callable[..., Any] | None = None,
    *,
    fill: Any = ...,
) -> Items:
    problems = []
    for source in sources:
        if not issubclass(type(source), Output | Items):
            own = "+" if method == "concat" else f"{method}()"
            what = f"items.{method}() takes outputs, not {class_name(source)}"
            problems.append(invalid(what, f"For values that exist already, use Python's own {own}."))
    if not sources:
        problems.append(
            invalid(f"items.{method}() got no outputs", f"Write items.{method}(x.output, y.output).")
        )
    given = tuple([source for source in sources if issubclass(type(source), Output | Items)])
    return Items(method, given, function, fill, tuple(problems))


@recorded(no_action)
def each(fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Action[Sequence[R]]:
    """
    Return the action that calls *fn* once for each item of the arguments that are `over(…)`.

    With two `over`, there is a task for each combination of their items; `over.zip` combines items by position. All
    other arguments are the same for all tasks. The output is a `Sequence` of the results, without those of skipped
    tasks.
    """
    fn = real(fn)
    check_function(fn, "each")
    bound = bound_arguments(fn, args, kwargs, function_name="each")
    mapped, problems = mapped_over(bound)
    fixed = {name: value for name, value in bound.items() if name not in mapped}
    if not mapped:
        refuse_invalid(
            f"each({name_of(fn)}, …) got nothing to map over",
            "Pass one argument as over(…), or call the function once: python(…).",
        )
    return Action(EachCall(PythonCall(fn, (), fixed, caller()), mapped), problems)


@recorded(no_action)
def each_kwargs(
    target: Callable[..., TaskResult | type[object] | None],
    sets: Iterable[Mapping[str, Any]],
    /,
    **fixed: Any,
) -> Action[Sequence[Any]]:
    """
    Return the action that calls *target* once for each set of arguments: Airflow's `expand_kwargs`. It is not typed.

    Args:
        target: A function, or an operator class.

        sets: A list of mappings from argument names to values, or the output of a task that returns one.

        fixed: Arguments that are the same for all.
    """
    location = caller()
    if issubclass(type(sets), Mapping):
        refuse_invalid(
            "each_kwargs() got one mapping; it takes a list of them", "Write each_kwargs(fn, [{…}])."
        )
    call: PythonCall | OperatorCall
    if type(target) is LazyImport:
        from flowkit.analysis.operators import is_lazy_operator

        target = target if is_lazy_operator(target) else real(target)  # pyright: ignore[reportArgumentType]
    if type(target) is LazyImport or is_operator_class(target):
        call = OperatorCall(cast("type[Any]", target), fixed, location)
    else:
        check_function(target, "each_kwargs")
        for kwargs in sets if isinstance(sets, list | tuple) else ():
            if isinstance(kwargs, Mapping):
                bound_arguments(target, (), {**fixed, **kwargs}, function_name="each_kwargs")
        call = PythonCall(target, (), fixed, location)
    return Action(EachCall(call, {"kwargs_sets": sets}, by_set=True))


def _no_group(problems: tuple[Problem, ...]) -> Group[Any]:
    group: Group[Any] = object.__new__(Group)
    fill_group(group, problems)
    return group


@recorded(_no_group)
def each_group(fn: Callable[P, Group[T]], /, *args: P.args, **kwargs: P.kwargs) -> Group[Sequence[T]]:
    """
    Return the group that *fn* returns, mapped over the arguments that are `over(…)`.

    *fn* is called once, while the pipeline is built: it gets placeholders for the mapped arguments, like outputs. What
    it raises is a problem of the pipeline.
    """
    fn = real(fn)
    check_function(fn, "each_group")
    key = object()
    bound = bound_arguments(fn, args, kwargs, function_name="each_group")
    mapped, problems = mapped_over(bound)
    if not mapped:
        refuse_invalid(
            f"each_group({name_of(fn)}, …) got nothing to map over", "Pass one argument as over(…)."
        )
    arguments: dict[str, Any] = {
        name: GroupItem(key, name, values=_literal(mapped[name])) if name in mapped else value
        for name, value in bound.items()
    }
    group = _group_made(fn, arguments, "each_group", "To map a task, use each(fn, over(…)).")
    result = group.mapped_over(GroupMapping(key, mapped, caller()))
    note(result, problems)
    return cast("Group[Sequence[T]]", result)


@recorded(_no_group)
def each_group_kwargs(
    fn: Callable[..., Group[T]], sets: Iterable[Mapping[str, Any]], /, **fixed: Any
) -> Group[Sequence[T]]:
    """
    Return the group that *fn* returns, mapped over sets of arguments. Their names are checked, not their types.

    *fn* is called once, while the pipeline is built: it gets placeholders for the arguments in the sets.

    Args:
        fn: A function that returns a group.

        sets: A list of mappings from argument names to values, or the output of a task that returns one. An argument
            that a set lacks has its default.

        fixed: Arguments that are the same for all.
    """
    fn = real(fn)
    check_function(fn, "each_group_kwargs")
    mapping, values = _set_mapping(fn, real(sets), fixed)
    items = {name: GroupItem(mapping.key, name, values=known) for name, known in values.items()}
    hint = "To map a task, use each_kwargs(fn, [{…}])."
    group = _group_made(fn, {**fixed, **items}, "each_group_kwargs", hint)
    return cast("Group[Sequence[T]]", group.mapped_over(mapping))


def _set_mapping(
    fn: Callable[..., Any], sets: Any, fixed: Mapping[str, Any]
) -> tuple[GroupMapping, dict[str, tuple[Any, ...]]]:
    """
    Return what a group is mapped over, and its parameters, each with the values that are known.
    """
    key, defaults = object(), _defaults(fn, fixed)
    if issubclass(type(sets), Output | Items):
        mapping = GroupMapping(key, {"kwargs_sets": sets}, caller(), by_set=True, set_defaults=defaults)
        return mapping, {name: () for name in signature_with_names(fn).parameters if name not in fixed}
    if (
        not issubclass(type(sets), list | tuple)
        or not sets
        or not all(issubclass(type(one), Mapping) for one in sets)
    ):
        refuse_invalid(
            "each_group_kwargs() takes an output or a list of mappings, with one mapping of arguments for each group",
            "Write each_group_kwargs(fn, [{…}, {…}]).",
        )
    # The function is called once, so all sets must have the same names.
    names = list(dict.fromkeys(name for kwargs in sets for name in kwargs))
    complete = []
    for kwargs in sets:
        bound = bound_arguments(fn, (), {**fixed, **kwargs}, function_name="each_group_kwargs")
        complete.append({name: bound.get(name, defaults.get(name)) for name in names})
    values = {name: tuple([kwargs[name] for kwargs in complete]) for name in names}
    return GroupMapping(key, {"kwargs_sets": complete}, caller(), by_set=True), values


def _literal(items: Any) -> tuple[Any, ...]:
    return tuple(items) if isinstance(items, list) else ()


def _defaults(fn: Callable[..., Any], fixed: Mapping[str, Any]) -> dict[str, Any]:
    parameters = signature_with_names(fn).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty and p.name not in fixed}


def _group_made(
    fn: Callable[..., Any], arguments: Mapping[str, Any], function_name: str, hint: str
) -> Group[Any]:
    try:
        group: object = fn(**arguments)
    except BaseException as error:
        if is_interruption(error) or problems_of(error):
            raise
        message = sentence(f"{name_of(fn)}() raised {class_name(error)} in {function_name}()", error)
        location = users_line(error) or caller()
        raise RefusedError(
            Problem("FK401", message, "Fix the function, or its arguments.", location)
        ) from error
    if type(group) is not Group:
        refuse_invalid(
            f"{function_name}() got {name_of(fn)}(), which returns {class_name(group)}, not a group", hint
        )
    return group
