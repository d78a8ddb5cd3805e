"""
`native`: operators and groups that hand-written Airflow code makes, as a task of a pipeline.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from typing_extensions import ParamSpec

from flowkit.base.airflow_classes import airflow_kind
from flowkit.base.call_site import caller
from flowkit.base.exception_text import class_name
from flowkit.base.lazy_names import LazyImport, import_of, is_lazy, name_of, real
from flowkit.base.recording import recorded, refuse
from flowkit.builders.action import Action, no_action
from flowkit.builders.invalid import refuse_invalid
from flowkit.draft.output import Placeholder
from flowkit.draft.placeholders import Over
from flowkit.model.calls import NativeCall
from flowkit.rules.messages import mapped_native
from flowkit.rules.native_calls import signature_problem

P = ParamSpec("P")

_OWN_FRAMES = 3  # `caller`, the function and its decorator


@recorded(no_action)
def native(fn: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> Action[Any]:
    """
    Return the action for what *fn* makes with Airflow's own classes: operators and task groups.

    *fn* is called when Airflow gets the pipeline, inside the DAG and a group of the task's id. If all that it makes is
    one operator or one group of that id, it takes the place of the task; otherwise what it makes is in that group. The
    options of the task, and the defaults of its groups and the pipeline, are the `default_args` there.

    Args:
        fn: A function, Airflow's `@task` or `@task_group`, or a class such as a subclass of `TaskGroup`.

        args: Positional arguments, as they are. Outputs of other tasks become Airflow's references to them.

        kwargs: Keyword arguments, alike.
    """
    if is_lazy(fn) and import_of(fn).loaded:
        fn = real(fn)
    if type(fn) is not LazyImport:
        _check_function(fn)
    if Over in map(type, (*args, *kwargs.values())):
        refuse("FK215", *mapped_native(name_of(fn)))
    call = NativeCall(fn, args, kwargs, caller(_OWN_FRAMES))
    problem = None if type(fn) is LazyImport else signature_problem(call)
    return Action(call, () if problem is None else (problem,))


def _check_function(fn: object) -> None:
    kind = airflow_kind(type(fn))
    if kind is not None:
        refuse_invalid(
            f"native() takes a function that makes operators, not {kind}",
            "Make it in a function, and pass that: native(make, …).",
        )
    if isinstance(fn, Placeholder) or not callable(fn):
        refuse_invalid(
            f"native() takes a function, not {class_name(fn)}",
            "Pass the function without calling it, and its arguments separately: native(make, …).",
        )
    if inspect.isgeneratorfunction(fn) or inspect.isasyncgenfunction(fn):
        refuse_invalid(
            f"native() got {name_of(fn)!r}, which is a generator function: its body would not run",
            "Make the operators without `yield`, and return the one whose output others use.",
        )
    if inspect.iscoroutinefunction(fn):
        refuse_invalid(
            f"native() got {name_of(fn)!r}, which is an `async` function",
            "Pass a function that makes operators; to await one in a task, write python_async(fn, …).",
        )
