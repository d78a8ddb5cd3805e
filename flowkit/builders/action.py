"""
What a task does: `python(fn, …)` or `operator(Class, …)`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final, Generic, cast, final

from typing_extensions import ParamSpec, Self, TypeVar

from flowkit.base.airflow_classes import is_airflow_decorated, is_task_group_class
from flowkit.base.call_site import caller
from flowkit.base.exception_text import class_name
from flowkit.base.lazy_names import LazyImport, name_of, real
from flowkit.base.operator_classes import is_operator_class, not_an_operator
from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.base.recording import counted, recorded, recorded_in, recorded_method, refuse
from flowkit.builders.immutable import Immutable, R
from flowkit.builders.invalid import refuse_invalid
from flowkit.draft.output import Placeholder
from flowkit.draft.placeholders import Over
from flowkit.model.calls import Call, Decorator, EachCall, NativeCall, OperatorCall, PythonCall, inner_call
from flowkit.model.exact import exact_option
from flowkit.model.inexact import InexactError

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator

_OWN_FRAMES = 3  # `caller`, the function and its decorator

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)


def _kept(action: Action[Any], problems: tuple[Problem, ...]) -> Action[Any]:
    return type(action)(action.call, (*action.problems, *problems))


@final
class Action(Immutable, Generic[R_co]):
    """
    What a task does, with the type of what it returns.

    `python`, `python_async`, `operator` and others return one; pass it to `task`.
    """

    __slots__ = ("call", "problems")

    def __init__(self, call: Call | None, problems: tuple[Problem, ...] = ()) -> None:
        # Past the check of `Immutable`, which takes longer than all else here.
        object.__setattr__(self, "call", call)
        object.__setattr__(self, "problems", problems)
        if TYPE_CHECKING:
            self.call: Final[Call | None] = call
            """What it calls; `None` if that is not known, because its own call is wrong."""

            self.problems: Final[tuple[Problem, ...]] = problems
            """What is wrong with its calls."""

    def __flowkit_note__(self, problems: tuple[Problem, ...]) -> None:
        object.__setattr__(self, "problems", (*self.problems, *problems))

    @recorded_method(_kept)
    def by(self, decorator: str, /, **kwargs: Any) -> Self:
        """
        Return this action, run by another of Airflow's task decorators.

        `python(fn, x).by("virtualenv", requirements=["pandas"])` runs *fn* as `@task.virtualenv` does. Others are
        `"external_python"`, `"docker"`, `"kubernetes"`, `"short_circuit"`, `"sensor"` and `"bash"`, and any other that
        an installed provider registers.

        Args:
            decorator: The name of the decorator, without `task.`.

            kwargs: Arguments of the decorator, which type checkers cannot check.
        """
        call = self.call
        if call is None:
            return self
        name = _decorator_name(decorator)
        inner = inner_call(call)
        if not isinstance(inner, PythonCall) or inner.routes is not None:
            refuse_invalid(
                f".by({name!r}) was called on {self!r}, which does not call a plain function",
                "Use it on python(fn, …) or each(fn, …).",
            )
        changed = evolve(inner, decorator=Decorator(name, kwargs))
        result = evolve(call, call=changed) if isinstance(call, EachCall) else changed
        return type(self)(result, self.problems)

    def __repr__(self) -> str:
        name = "" if self.call is None else f" {self.call.name}"
        return f"<Action{name}{counted(self.problems)}>"


def _decorator_name(decorator: object) -> str:
    if not issubclass(type(decorator), str):
        what = f".by() takes the name of a decorator, not {class_name(decorator)}"
        refuse_invalid(what, 'Write .by("virtualenv").')
    try:
        return cast("str", exact_option(decorator))
    except InexactError as error:
        refuse_invalid(f".by() got {error.what}: {error.reason}", error.hint)


def no_action(problems: tuple[Problem, ...]) -> Action[Any]:
    """
    Return what stands for an action that is not known because of *problems*.
    """
    return Action(None, problems)


@recorded(no_action)
def python(fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Action[R]:
    """
    Return the action that calls *fn* in the task, as Airflow's `@task` does.

    Type checkers check the arguments against the signature of *fn*. The output of another task can be passed where a
    value of its type can; it adds an edge from that task.

    Args:
        fn: A plain function. It is called when the task runs, and its docstring becomes the task's documentation.

        args: Positional arguments. Strings in them are rendered by Jinja when the task runs.

        kwargs: Keyword arguments, rendered alike.
    """
    if not _is_plain(fn):
        fn = real(fn)
        check_function(fn, "python")
        if inspect.iscoroutinefunction(fn):
            name = name_of(fn)
            refuse_invalid(
                f"python() got {name!r}, which is an `async` function", f"Write python_async({name}, …)."
            )

    return Action(PythonCall(fn, args, kwargs, caller(_OWN_FRAMES)))


@recorded(no_action)
def python_async(fn: Callable[P, Coroutine[Any, Any, R]], /, *args: P.args, **kwargs: P.kwargs) -> Action[R]:
    """
    Return the action that awaits *fn* in the task. Otherwise it is the same as `python`.

    Requires Airflow 3.2 or later.
    """
    fn = real(fn)
    check_function(fn, "python_async")
    if not inspect.iscoroutinefunction(fn):
        name = name_of(fn)
        refuse_invalid(
            f"python_async() got {name!r}, which is not an `async` function", f"Write python({name}, …)."
        )

    return Action(PythonCall(fn, args, kwargs, caller()))


@recorded(no_action)
def operator(operator_class: Callable[P, BaseOperator], /, *args: P.args, **kwargs: P.kwargs) -> Action[Any]:
    """
    Return the action that runs an operator or sensor of any provider.

    Args:
        operator_class: The class.

        args: Not allowed: Airflow's operators take keyword arguments only.

        kwargs: The operator's own arguments. Options that every task has (`retries`, `pool`, …) go to `task` instead.
    """
    # A lazily imported class is checked when the pipeline is built.
    if type(operator_class) is not LazyImport and not is_operator_class(operator_class):
        if is_task_group_class(operator_class) or inspect.isroutine(operator_class):
            name = name_of(operator_class)
            what = "a function" if inspect.isroutine(operator_class) else "an Airflow TaskGroup"
            refuse_invalid(
                f"operator() takes an operator class, but {name} is {what}",
                f"If {name} makes operators, write native({name}, …); to call it in the task, python({name}, …)."
                if inspect.isroutine(operator_class)
                else f"Write native({name}, …).",
            )
        if not issubclass(type(operator_class), type):
            refuse_invalid(
                f"operator() takes an operator class, not an instance of {class_name(operator_class)}",
                "Pass the class and its arguments separately: operator(BashOperator, bash_command=…).",
            )
        refuse_invalid(*not_an_operator(operator_class.__name__))
    if args:
        what = f"operator({name_of(operator_class)}, …) got {len(args)} positional argument(s); Airflow's operators"
        refuse_invalid(f"{what} take keyword arguments only", "Pass each argument by name.")

    arguments: dict[str, Any] = kwargs
    if Over not in map(type, arguments.values()):  # the common case
        return Action(OperatorCall(cast("type[Any]", operator_class), arguments, caller()))
    mapped, problems = mapped_over(arguments)
    fixed = {name: value for name, value in arguments.items() if name not in mapped}
    call = EachCall(OperatorCall(cast("type[Any]", operator_class), fixed, caller()), mapped)
    return Action(call, problems)


@recorded(no_action)
def operator_of(operator_class: type[BaseOperator], /, **kwargs: Any) -> Action[Any]:
    """
    Return `operator(operator_class, …)` whose arguments type checkers do not check, and which may have any name.

    Use it for operators that define no constructor, such as `operator_of(LatestOnlyOperator)`: type checkers see the
    constructor of `BaseOperator` there, and would report a missing `task_id`. Use it, too, for arguments that flowkit
    does not find in the class: Airflow decides whether it takes them. Missing arguments are reported all the same.

    Args:
        operator_class: The class.

        kwargs: The operator's own arguments, as for `operator`.
    """
    action = operator(cast("Callable[..., BaseOperator]", operator_class), **kwargs)
    call = action.call
    if isinstance(call, EachCall) and isinstance(call.call, OperatorCall):
        return Action(evolve(call, call=evolve(call.call, any_names=True)), action.problems)
    if isinstance(call, OperatorCall):
        return Action(evolve(call, any_names=True), action.problems)
    return action


def mapped_over(arguments: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """
    Return what each argument that is `over(…)` is mapped over, and the problems of these `over(…)`.
    """
    mapped = {name: value for name, value in arguments.items() if type(value) is Over}
    problems = tuple([problem for value in mapped.values() for problem in recorded_in(value)])
    return {name: value.items for name, value in mapped.items()}, problems


def _is_plain(fn: object) -> bool:
    # A shortcut for nearly all functions. Those that a decorator returns have attributes, or are other objects.
    return type(fn) is FunctionType and not fn.__dict__ and not fn.__code__.co_flags & inspect.CO_COROUTINE


def check_function(fn: object, function_name: str) -> None:
    """
    Check that `python` and the like can call *fn*.
    """
    if isinstance(fn, Placeholder):
        refuse_invalid(
            f"{function_name}() takes a function, not an output",
            f"Pass the function and its arguments separately: {function_name}(fn, x.output).",
        )
    if is_operator_class(fn):
        refuse_invalid(
            f"{function_name}() got the operator {fn.__name__}", f"Write operator({fn.__name__}, …)."
        )
    # Airflow's `@task` returns an object that creates an operator when it is called.
    if getattr(fn, "_airflow_is_task_decorator", False):
        name = getattr(fn, "__name__", "fn")
        refuse_invalid(
            f"{function_name}() got {name!r}, which is decorated with Airflow's `@task`",
            f"Remove the decorator: {function_name}() replaces it. To keep it, write native({name}, …).",
        )
    if is_task_group_class(fn) or is_airflow_decorated(fn):
        name = name_of(fn)
        refuse_invalid(
            f"{function_name}() takes a function for a task, but {name} makes an Airflow TaskGroup",
            "Write native(…), which makes it when Airflow gets the pipeline.",
        )
    if type(fn) is Action and type(fn.call) is NativeCall:
        refuse(
            "FK215",
            f"{function_name}() got native({fn.call.name}, …), which Airflow cannot map: its function is called only "
            "once, when Airflow gets the pipeline.",
            "Map in the function: .partial(…).expand(…). Or map the group around the task: each_group(…).",
        )
    if not callable(fn):
        refuse_invalid(
            f"{function_name}() takes a function, not {class_name(fn)}",
            f"Pass the function without calling it, and its arguments separately: {function_name}(fn, …).",
        )
