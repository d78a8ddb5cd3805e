"""
Secrets among the arguments of tasks, by their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem
from flowkit.base.sensitive import is_secret_name
from flowkit.draft.output import Placeholder
from flowkit.model.attrs_values import fields_of, is_record
from flowkit.model.calls import EachCall, ItemRef, OperatorCall, PythonCall, Ref
from flowkit.model.params import fields_of as fields_of_form
from flowkit.model.params import is_params_class
from flowkit.model.pipeline import PipelineSpec

_CALLS: Final = (PythonCall, OperatorCall)
# What holds no other value; outputs of tasks, of which there are many, hold none that is known.
_SINGLE: Final = (str, bool, int, float, type(None), Ref, ItemRef, Placeholder)
# A value that holds itself has no end.
_DEEPEST: Final = 8


def secrets(pipeline: PipelineSpec) -> Iterator[Problem]:
    """
    Yield the arguments and params of *pipeline* that look like secrets and are plain text.
    """
    params = pipeline.settings.get("params")
    if isinstance(params, type) and is_params_class(params):
        params = {field.name: field.default for field in fields_of_form(params)}
    for name in _named("", params):
        yield _finding(f"The pipeline gives {name} among its params", pipeline.location, pipeline.dag_id)
    for task in pipeline.tasks:
        call = task.action.call if isinstance(task.action, EachCall) else task.action
        if not isinstance(call, _CALLS):
            continue
        given = [call.kwargs] if call.kwargs else []
        if isinstance(call, PythonCall):
            given += [value for value in call.args if not isinstance(value, _SINGLE)]
        if "params" in task.own_options:
            given.append(task.own_options["params"])
        if not given or all(map(_is_harmless, given)):
            continue
        for name in dict.fromkeys(name for value in given for name in _named("", value)):
            yield _finding(f"Task {task.task_id!r} gives {name}", call.location, pipeline.dag_id)


def _is_harmless(value: Any) -> bool:
    # A quick answer for most of what tasks are given.
    if not isinstance(value, Mapping):
        return False
    for key, item in value.items():
        if not isinstance(item, _SINGLE) or (isinstance(key, str) and is_secret_name(key)):
            return False
    return True


def _finding(what: str, location: SourceLocation, dag_id: str) -> Problem:
    message = (
        f"{what} as plain text, and the name looks like that of a secret. "
        "Airflow stores arguments in its database and shows them in its UI."
    )
    hint = "Keep it in a connection or a variable of Airflow's, and read it when the task runs."
    return Problem("FK505", message, hint, location, dag_id)


def _named(before: str, value: Any, depth: int = 0) -> Iterator[str]:
    """
    Yield the names within *value* that look like secrets: `token=`, and with the way to it, `config['token']`.
    """
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        items: Iterable[tuple[Any, Any]] = value.items()
    elif is_record(value):
        items = fields_of(value).items()
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _named(before, item, depth + 1)
        return
    else:
        return
    for key, item in items:
        if not isinstance(key, str):
            continue
        is_single = isinstance(item, _SINGLE)
        if is_single and not (is_secret_name(key) and _is_plain(item)):
            continue
        path = (
            key if not before else f"{before}[{key!r}]" if isinstance(value, Mapping) else f"{before}.{key}"
        )
        if is_single:
            yield path if before else f"{path}="
        else:
            yield from _named(path, item, depth + 1)


def _is_plain(value: Any) -> bool:
    # A template is filled in when the task runs.
    return isinstance(value, str) and bool(value) and "{{" not in value
