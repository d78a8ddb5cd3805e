"""
Secrets in the arguments of tasks, recognised by their names, or by what stands around them in a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from flowkit.base.call_site import SourceLocation
from flowkit.base.printable import decoded
from flowkit.base.problems import Problem
from flowkit.base.secret_items import secret_items
from flowkit.base.secret_values import is_placeholder
from flowkit.base.sensitive import is_secret_name, reported_in, secret_word
from flowkit.draft.output import Placeholder
from flowkit.model.calls import (
    Call,
    EachCall,
    ItemRef,
    NativeCall,
    OperatorCall,
    PythonCall,
    Ref,
    Text,
    inner_call,
)
from flowkit.model.params import fields_of as fields_of_form
from flowkit.model.params import is_params_class
from flowkit.model.pipeline import GroupSpec, PipelineSpec, TaskSpec
from flowkit.model.values import INSIDE, ContainerKind, Contents, container_kind, fold
from flowkit.rules.signatures import positional_names

# Types that hold no other values and no text; those of outputs are not known yet.
_SCALARS: Final = (bool, int, float, type(None), Ref, ItemRef, Placeholder, Text)
# The kinds of container whose items have names; items of others are reported under the name of the container.
_NAMED_ITEMS: Final = frozenset({ContainerKind.MAPPING, ContainerKind.FIELDS, ContainerKind.NAMESPACE})
_OPTIONS: Final = ("params", "executor_config", "pod")

_Path: TypeAlias = "tuple[tuple[ContainerKind, Any], ...]"
_Finding: TypeAlias = "tuple[_Path, str]"
"""The way to a secret, by names, and how it was recognized within a text; empty: by its name."""


def secrets(pipeline: PipelineSpec) -> Iterator[Problem]:
    """
    Yield the arguments and params of *pipeline* that look like secrets and are plain text.
    """
    params = pipeline.settings.get("params")
    if isinstance(params, type) and is_params_class(params):
        params = {field.name: field.default for field in fields_of_form(params)}
    for what in _descriptions(_findings(params), " among its params"):
        yield _problem(f"The pipeline has {what}", pipeline.location, pipeline.dag_id)
    owners: tuple[PipelineSpec | GroupSpec, ...] = (pipeline, *pipeline.groups)
    for owner in owners:
        for name, value in owner.operator_defaults.items():
            name_of_owner = "The pipeline" if isinstance(owner, PipelineSpec) else f"Group {owner.group_id!r}"
            location = owner.operator_defaults_at.get(name, owner.location)
            for what in _descriptions(_findings({name: value}), " among its operator defaults"):
                yield _problem(f"{name_of_owner} has {what}", location, pipeline.dag_id)
    for task in pipeline.tasks:
        call = inner_call(task.action)
        if isinstance(call, PythonCall | OperatorCall | NativeCall):
            for what in _descriptions(_in_task(task, task.action, call)):
                yield _problem(f"Task {task.task_id!r} passes {what}", call.location, pipeline.dag_id)


def _in_task(
    task: TaskSpec, action: Call | None, call: PythonCall | OperatorCall | NativeCall
) -> Iterator[_Finding]:
    yield from _findings(call.kwargs)
    if isinstance(action, EachCall):
        for values in action.mapped.values():
            yield from _findings(values)
    if isinstance(call, PythonCall | NativeCall) and call.args:
        yield from _positional(call)
    if isinstance(call, PythonCall) and call.decorator is not None:
        yield from _findings(call.decorator.kwargs)
    for name in _OPTIONS:
        if name in task.own_options:
            yield from _findings(task.own_options[name])


def _positional(call: PythonCall | NativeCall) -> Iterator[_Finding]:
    if all(isinstance(value, _SCALARS) for value in call.args):
        return
    names = positional_names(call.function, len(call.args))
    for number, (name, value) in enumerate(zip(names, call.args, strict=True), 1):
        parameter = (ContainerKind.FIELDS, name or f"argument {number}")
        if name and is_secret_name(name) and _is_plain(value):
            yield (parameter,), ""
            continue
        for path, label in _findings(value):
            yield path or (parameter,), label


def _problem(what: str, location: SourceLocation, dag_id: str) -> Problem:
    message = f"{what}. Airflow stores arguments in its database and shows them in its UI."
    hint = "Store it in an Airflow connection or variable, and read it when the task runs."
    return Problem("FK505", message, hint, location, dag_id)


def _descriptions(findings: Iterator[_Finding], where: str = "") -> list[str]:
    """
    Return what to say of each argument: `token= in plain text, and the name suggests a secret`.
    """
    labels: dict[str, dict[str, None]] = {}
    for path, label in findings:
        labels.setdefault(_path_text(path), {})[_label_text(label)] = None
    texts = []
    for path_text, found in labels.items():
        if "" in found:
            texts.append(f"{path_text}{where} in plain text, and the name suggests a secret")
        if within := [label for label in found if label]:
            several = f"{', '.join(within[:-1])} and {within[-1]}" if len(within) > 1 else within[0]
            texts.append(f"{path_text}{where} with {several} in plain text")
    return texts


def _label_text(label: str) -> str:
    # A name may hold more than the name of a secret: only the known word in it is safe to print.
    return (
        label
        if label.startswith(("a ", "an ", "the ")) or not label
        else f"the value of `{secret_word(label)}`"
    )


def _path_text(path: _Path) -> str:
    if not path:
        return "a text"
    (_, first), *others = path
    if not others:
        return f"{first}=" if str(first).isidentifier() else str(first)
    return str(first) + "".join(
        f"[{key!r}]" if kind is ContainerKind.MAPPING else f".{key}" for kind, key in others
    )


def _findings(value: Any) -> Iterator[_Finding]:
    """
    Yield the secrets within *value*.
    """
    findings = fold(value, _in_leaf, _in_container, lambda _value, _error: ())
    yield from findings if isinstance(findings, list | tuple) else ()


def _in_leaf(value: Any) -> Any:
    if isinstance(value, _SCALARS):
        return ()
    if isinstance(value, str | bytes):
        text = value if isinstance(value, str) else decoded(value)
        return [((), span.label) for span in reported_in(text)]
    return () if container_kind(type(value)) is None else INSIDE


def _in_container(_value: Any, contents: Contents, results: list[Any]) -> list[_Finding]:
    is_named = contents.kind in _NAMED_ITEMS
    # Two texts in a list are more often two names than a name and a secret: `["token", "created_at"]`.
    is_pair = contents.kind is not ContainerKind.LIST or len(contents.items) != 2
    paired = (
        secret_items(contents.keys if is_named else None, contents.items, is_secret_name) if is_pair else ()
    )
    findings: list[_Finding] = []
    for index, (key, item) in enumerate(zip(contents.keys, contents.items, strict=True)):
        steps: _Path = ((contents.kind, key),) if is_named and isinstance(key, str) else ()
        if steps and is_secret_name(key) and _is_plain(item):
            findings.append((steps, ""))
        elif index in paired and _is_plain(item):
            findings.append(_paired(contents, index))
        elif not is_named and _is_pair(item):
            findings.append((((ContainerKind.FIELDS, secret_word(item[0])),), ""))
        else:
            findings += [((*steps, *path), label) for path, label in results[index]]
    return findings


def _paired(contents: Contents, index: int) -> _Finding:
    if contents.kind not in _NAMED_ITEMS and len(contents.items) > 2:
        return (), str(contents.items[index - 1])
    names = [item for item in contents.items if isinstance(item, str) and is_secret_name(item)]
    return ((ContainerKind.FIELDS, secret_word(names[0])),), ""


def _is_pair(item: Any) -> bool:
    return (
        isinstance(item, list)
        and len(item) == 2
        and isinstance(item[0], str)
        and is_secret_name(item[0])
        and _is_plain(item[1])
    )


def _is_plain(value: Any) -> bool:
    # A template is rendered when the task runs.
    if isinstance(value, bytes):
        value = decoded(value)
    return isinstance(value, str) and bool(value) and "{{" not in value and not is_placeholder(value)
