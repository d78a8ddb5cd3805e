"""
What a task does: `python(fn, …)` or `operator(Class, …)`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from types import FunctionType
from typing import TYPE_CHECKING, Any, Generic, cast, final

import attrs
from typing_extensions import ParamSpec, Self, TypeVar

from flowkit.base.call_site import caller
from flowkit.base.lazy_names import LazyImport, name_of, real
from flowkit.base.operator_classes import is_operator_class, not_an_operator
from flowkit.builders.immutable import Immutable, R
from flowkit.builders.invalid import raise_invalid
from flowkit.draft.output import Placeholder
from flowkit.draft.placeholders import Over
from flowkit.model.calls import Call, Decorator, EachCall, OperatorCall, PythonCall

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)


@final
class Action(Immutable, Generic[R_co]):
    """
    Something that a task can do, and the type of what it returns.

    Made by `python`, `python_async` and `operator`; given to `task`.
    """

    __slots__ = ("call",)

    call: Call

    def __init__(self, call: Call) -> None:
        object.__setattr__(self, "call", call)

    def by(self, decorator: str, /, **kwargs: Any) -> Self:
        """
        Return this action, performed by another of Airflow's task decorators: `@task.virtualenv` as `"virtualenv"`.

        `python(fn, x).by("virtualenv", requirements=["pandas"])` calls *fn* in a virtual environment of its own; so do
        `"external_python"`, `"docker"`, `"kubernetes"`, `"short_circuit"`, `"sensor"`, `"bash"`, and whatever else an
        installed provider registers.

        Args:
            decorator: The name of the decorator, without `task.`.

            kwargs: Its own arguments, which no type checker knows.

        Raises:
            DefinitionError: If this action does not call a function.
        """
        call = self.call
        inner = call.call if isinstance(call, EachCall) else call
        if not isinstance(inner, PythonCall) or inner.routes is not None:
            raise_invalid(
                f".by({decorator!r}) was called on {self!r}, which no decorator makes",
                "Use it on python(fn, …).",
            )
        changed = attrs.evolve(inner, decorator=Decorator(decorator, kwargs))
        return type(self)(attrs.evolve(call, call=changed) if isinstance(call, EachCall) else changed)

    def __repr__(self) -> str:
        return f"<Action {self.call.name}>"


def python(fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Action[R]:
    """
    Return the action that calls *fn* in the task, as Airflow's `@task` does.

    A type checker checks the arguments against the signature of *fn*. The outputs of other tasks stand where a
    value of their type may stand; each of them makes an edge.

    Args:
        fn: A plain function. It is called when the task runs, and its docstring becomes the task's documentation.

        args: Positional arguments. Texts in them are rendered by Jinja when the task runs.

        kwargs: Keyword arguments.

    Raises:
        DefinitionError: If *fn* cannot be called, or is a coroutine function.
    """
    if not _is_plain(fn):
        fn = real(fn)
        checked_function(fn, "python")
        if inspect.iscoroutinefunction(fn):
            name = fn.__name__
            raise_invalid(
                f"python() got {name!r}, which is an `async` function", f"Write python_async({name}, …)."
            )

    return Action(PythonCall(fn, args, kwargs, caller()))


def python_async(fn: Callable[P, Coroutine[Any, Any, R]], /, *args: P.args, **kwargs: P.kwargs) -> Action[R]:
    """
    Return the action that awaits *fn* in the task. Everything else is as with `python`.

    Airflow 3.2 and later run `async` functions.

    Raises:
        DefinitionError: If *fn* is not a coroutine function.
    """
    fn = real(fn)
    checked_function(fn, "python_async")
    if not inspect.iscoroutinefunction(fn):
        name = getattr(fn, "__name__", repr(type(fn).__name__))
        raise_invalid(
            f"python_async() got {name!r}, which is not an `async` function", f"Write python({name}, …)."
        )

    return Action(PythonCall(fn, args, kwargs, caller()))


def operator(operator_class: Callable[P, BaseOperator], /, *args: P.args, **kwargs: P.kwargs) -> Action[Any]:
    """
    Return the action that an operator or sensor of any provider performs.

    Args:
        operator_class: The class.

        args: None: Airflow's operators take keyword arguments only.

        kwargs: The operator's own arguments. What every task has (`retries`, `pool`, …) belongs to `task` instead.

    Raises:
        DefinitionError: If *operator_class* is not a class of operators, or positional arguments are given.
    """
    # A class that was imported lazily is asked when the pipeline is built.
    known = is_operator_class(operator_class) if type(operator_class) is not LazyImport else True
    if not known and not isinstance(operator_class, type):
        what = f"an object of {type(operator_class).__name__}"
        raise_invalid(
            f"operator() takes the class of an operator, not {what}",
            "Write operator(BashOperator, bash_command=…): the class, and its arguments beside it.",
        )
    if not known:
        raise_invalid(*not_an_operator(operator_class.__name__))
    if args:
        raise_invalid(
            f"operator({name_of(operator_class)}, …) got {len(args)} argument(s) without a name; Airflow's operators "
            "take keyword arguments only",
            "Give each argument its name.",
        )

    given: dict[str, Any] = kwargs
    if Over not in map(type, given.values()):  # as nearly always
        return Action(OperatorCall(cast("type[Any]", operator_class), given, caller()))
    mapped = {name: value.items for name, value in given.items() if isinstance(value, Over)}
    fixed = {name: value for name, value in given.items() if name not in mapped}
    return Action(EachCall(OperatorCall(cast("type[Any]", operator_class), fixed, caller()), mapped))


def operator_of(operator_class: type[BaseOperator], /, **kwargs: Any) -> Action[Any]:
    """
    Return `operator(operator_class, …)`, with arguments that no type checker looks at; flowkit does, as ever.

    For operators without a constructor of their own: `operator_of(LatestOnlyOperator)`. Type checkers take that of
    `BaseOperator` for theirs, and would ask `operator` for a `task_id`.

    Args:
        operator_class: The class.

        kwargs: The operator's own arguments, as with `operator`.

    Raises:
        DefinitionError: If *operator_class* is not a class of operators.
    """
    return operator(cast("Callable[..., BaseOperator]", operator_class), **kwargs)


def _is_plain(fn: object) -> bool:
    # Nearly all functions are, and pass every check at once. What a decorator makes has marks on it, or is no function.
    return type(fn) is FunctionType and not fn.__dict__ and not fn.__code__.co_flags & inspect.CO_COROUTINE


def checked_function(fn: object, word: str) -> None:
    """
    Refuse what `python` and the like cannot call.

    Raises:
        DefinitionError: If *fn* is an operator, carries Airflow's `@task`, or cannot be called.
    """
    if isinstance(fn, Placeholder):
        raise_invalid(
            f"{word}() takes a function, not an output",
            f"Write {word}(fn, x.output): the function, and its arguments beside it.",
        )
    if is_operator_class(fn):
        raise_invalid(f"{word}() got the operator {fn.__name__}", f"Write operator({fn.__name__}, …).")
    # `@task` of Airflow makes an object that builds an operator when it is called.
    if getattr(fn, "_airflow_is_task_decorator", False):
        name = getattr(fn, "__name__", "fn")
        raise_invalid(
            f"{word}() got {name!r}, which carries Airflow's `@task`",
            f"Remove the decorator: {word}() makes the task.",
        )
    if not callable(fn):
        raise_invalid(
            f"{word}() takes a function, not {type(fn).__name__}",
            f"Write {word}(fn, …): the function without a call, and its arguments beside it.",
        )
