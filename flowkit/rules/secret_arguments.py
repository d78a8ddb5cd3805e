"""
Secrets in the arguments of tasks, recognised by their names.
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
# Types that hold no other values; those of outputs are not known yet.
_SCALARS: Final = (str, bool, int, float, type(None), Ref, ItemRef, Placeholder)
# Values may contain themselves.
_MAX_DEPTH: Final = 8


def secrets(pipeline: PipelineSpec) -> Iterator[Problem]:
    """
    Yield the arguments and params of *pipeline* that look like secrets and are plain text.
    """
    params = pipeline.settings.get("params")
    if isinstance(params, type) and is_params_class(params):
        params = {field.name: field.default for field in fields_of_form(params)}
    for name in _secret_paths("", params):
        yield _problem(f"The pipeline has {name} among its params", pipeline.location, pipeline.dag_id)
    for task in pipeline.tasks:
        call = task.action.call if isinstance(task.action, EachCall) else task.action
        if not isinstance(call, _CALLS):
            continue
        values = [call.kwargs] if call.kwargs else []
        if isinstance(call, PythonCall):
            values += [value for value in call.args if not isinstance(value, _SCALARS)]
        if "params" in task.own_options:
            values.append(task.own_options["params"])
        if not values or all(map(_is_harmless, values)):
            continue
        for name in dict.fromkeys(name for value in values for name in _secret_paths("", value)):
            yield _problem(f"Task {task.task_id!r} passes {name}", call.location, pipeline.dag_id)


def _is_harmless(value: Any) -> bool:
    # A shortcut for most arguments.
    if not isinstance(value, Mapping):
        return False
    for key, item in value.items():
        if not isinstance(item, _SCALARS) or (isinstance(key, str) and is_secret_name(key)):
            return False
    return True


def _problem(what: str, location: SourceLocation, dag_id: str) -> Problem:
    message = (
        f"{what} in plain text, and the name suggests a secret. "
        "Airflow stores arguments in its database and shows them in its UI."
    )
    hint = "Store it in an Airflow connection or variable, and read it when the task runs."
    return Problem("FK505", message, hint, location, dag_id)


def _secret_paths(before: str, value: Any, depth: int = 0) -> Iterator[str]:
    """
    Yield the names within *value* that look like secrets, with the path to each: `token=`, `config['token']`.
    """
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, Mapping):
        items: Iterable[tuple[Any, Any]] = value.items()
    elif is_record(value):
        items = fields_of(value).items()
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _secret_paths(before, item, depth + 1)
        return
    else:
        return
    for key, item in items:
        if not isinstance(key, str):
            continue
        is_scalar = isinstance(item, _SCALARS)
        if is_scalar and not (is_secret_name(key) and _is_plain(item)):
            continue
        path = (
            key if not before else f"{before}[{key!r}]" if isinstance(value, Mapping) else f"{before}.{key}"
        )
        if is_scalar:
            yield path if before else f"{path}="
        else:
            yield from _secret_paths(path, item, depth + 1)


def _is_plain(value: Any) -> bool:
    # A template is rendered when the task runs.
    return isinstance(value, str) and bool(value) and "{{" not in value
