"""
Secrets in the arguments of tasks, recognised by their names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem
from flowkit.base.sensitive import is_secret_name
from flowkit.draft.output import Placeholder
from flowkit.model.calls import ItemRef, OperatorCall, PythonCall, Ref, inner_call
from flowkit.model.params import fields_of as fields_of_form
from flowkit.model.params import is_params_class
from flowkit.model.pipeline import PipelineSpec
from flowkit.model.values import ContainerKind, walk

# Types that hold no other values; those of outputs are not known yet.
_SCALARS: Final = (str, bool, int, float, type(None), Ref, ItemRef, Placeholder)
# The kinds of container whose items have names; items of others are reported under the name of the container.
_NAMED_ITEMS: Final = frozenset({ContainerKind.MAPPING, ContainerKind.FIELDS, ContainerKind.NAMESPACE})


def secrets(pipeline: PipelineSpec) -> Iterator[Problem]:
    """
    Yield the arguments and params of *pipeline* that look like secrets and are plain text.
    """
    params = pipeline.settings.get("params")
    if isinstance(params, type) and is_params_class(params):
        params = {field.name: field.default for field in fields_of_form(params)}
    for name in _secret_paths(params):
        yield _problem(f"The pipeline has {name} among its params", pipeline.location, pipeline.dag_id)
    for task in pipeline.tasks:
        call = inner_call(task.action)
        if not isinstance(call, PythonCall | OperatorCall):
            continue
        values = [call.kwargs] if call.kwargs else []
        if isinstance(call, PythonCall):
            values += [value for value in call.args if not isinstance(value, _SCALARS)]
        if "params" in task.own_options:
            values.append(task.own_options["params"])
        if not values or all(map(_is_harmless, values)):
            continue
        for name in dict.fromkeys(name for value in values for name in _secret_paths(value)):
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


def _secret_paths(value: Any) -> Iterator[str]:
    """
    Yield the names within *value* that look like secrets, with the path to each: `token=`, `config['token']`.
    """
    for path, leaf in walk(value, _is_scalar):
        if not path or path[-1][0] not in _NAMED_ITEMS or not _is_plain(leaf):
            continue
        names = [step for step in path if step[0] in _NAMED_ITEMS]
        if all(isinstance(name, str) for _, name in names) and is_secret_name(path[-1][1]):
            yield _path_text(names)


def _path_text(names: list[tuple[ContainerKind, str]]) -> str:
    (_, first), *others = names
    if not others:
        return f"{first}="
    return first + "".join(
        f"[{key!r}]" if kind is ContainerKind.MAPPING else f".{key}" for kind, key in others
    )


def _is_scalar(value: Any) -> bool:
    return isinstance(value, _SCALARS)


def _is_plain(value: Any) -> bool:
    # A template is rendered when the task runs.
    return isinstance(value, str) and bool(value) and "{{" not in value
