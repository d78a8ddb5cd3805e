"""
The fields of a `Pod` that are no quantities: what each may hold, and the form in which it is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flowkit.base.exception_text import class_name
from flowkit.base.recording import RefusedError, check_each, recorded_in, refuse
from flowkit.model.pod_checks import (
    FrozenMap,
    check_choice,
    check_flag,
    check_label,
    check_number,
    check_variable,
    checked_name,
    checked_path,
    checked_text,
)
from flowkit.model.pod_parts import (
    Claim,
    ConfigMap,
    EmptyDir,
    Secret,
    TemplateVolume,
    Toleration,
    Variable,
    Volume,
)

_PULL_POLICIES = ("Always", "IfNotPresent", "Never")
# `PodGenerator.build_labels_for_k8s_executor_pod` of Airflow's provider, and what its watcher selects by.
_AIRFLOWS_LABELS = frozenset({
    "airflow-worker", "dag_id", "task_id", "try_number", "map_index", "run_id", "logical_date", "execution_date",
    "airflow_version", "kubernetes_executor",
})  # fmt: skip


def _map(value: object, where: str, example: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        refuse("FK011", f"{where} takes a mapping, not {class_name(value)}.", f"Write {example}.")
    return value


def _labels(value: object, where: str) -> FrozenMap[str]:
    found = _map(value, where, '{"team": "orders"}')

    def check(item: tuple[str, Any]) -> None:
        key, text = item
        check_label(key, text, where)
        if where == "Pod(labels=…)":
            _check_not_airflows(key, where)

    check_each(found.items(), check)
    return FrozenMap(found)


def _annotations(value: object, where: str) -> FrozenMap[str]:
    found = _map(value, where, '{"example.com/note": "any text"}')

    def check(item: tuple[str, Any]) -> None:
        key, text = item
        check_label(key, text, where, free_value=True)
        _check_not_airflows(key, where)  # the watcher reads the task back from these

    check_each(found.items(), check)
    return FrozenMap(found)


def _check_not_airflows(key: str, where: str) -> None:
    if key in _AIRFLOWS_LABELS:
        message = f"{where} has {key!r}, by which Airflow finds its pods; with another value it loses them."
        refuse("FK012", message, "Choose another key.")


def _check_recorded(value: object) -> None:
    if problems := recorded_in(value):
        raise RefusedError(*problems)


def _env(value: object, where: str) -> FrozenMap[Variable]:
    found = _map(value, where, '{"MODE": "fast"}')

    def check(item: tuple[str, Any]) -> None:
        name, one = item
        _check_recorded(one)
        check_variable(name, one, where)
        if isinstance(one, (Secret, ConfigMap)):
            if one.key is None:
                kind = class_name(one)
                message = f"{where} gives {name} all of a {kind}; a variable takes one key."
                refuse("FK012", message, f'Write {kind}("name", "key"), or env_from=[{kind}("name")].')
        elif not isinstance(one, str):
            message = f"{where} gives {name} a value of {class_name(one)}; variables are text."
            refuse("FK011", message, "Write text, a Secret or a ConfigMap.")

    check_each(found.items(), check)
    return FrozenMap(found)


def _env_from(value: object, where: str) -> tuple[Secret | ConfigMap, ...]:
    found = _several(value, where, (Secret, ConfigMap), 'Secret("name")')

    def check(one: Secret | ConfigMap) -> None:
        if one.key is not None:
            kind = class_name(one)
            message = f"{where} takes a {kind} as a whole, and this one names a key."
            refuse("FK012", message, f'Write env={{"NAME": {kind}("name", "key")}} for one key.')

    check_each(found, check)
    return found


def _volumes(value: object, where: str) -> FrozenMap[Volume]:
    kinds = (Claim, EmptyDir, Secret, ConfigMap, TemplateVolume)
    result: dict[str, Volume] = {}

    def check(item: tuple[object, Any]) -> None:
        given, volume = item
        _check_recorded(volume)
        path = checked_path(given, where)
        if path in result:
            message = f"{where} mounts two volumes at {path!r}; Kubernetes refuses the second."
            refuse("FK012", message, "Give one of them another path.")
        if not isinstance(volume, kinds):
            names = ", ".join(kind.__name__ for kind in kinds)
            message = f"{where} has no volume at {path!r}, but {class_name(volume)}."
            refuse("FK011", message, f"Write one of {names}.")
        result[path] = volume

    check_each(_map(value, where, '{"/data": Claim("orders")}').items(), check)
    return FrozenMap(result)


def _several(value: object, where: str, kinds: tuple[type, ...], example: str) -> tuple[Any, ...]:
    if isinstance(value, kinds):
        value = (value,)
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, kinds) for one in value):
        names = " or ".join(kind.__name__ for kind in kinds)
        refuse("FK011", f"{where} takes a list of {names}.", f"Write [{example}].")
    check_each(value, _check_recorded)
    return tuple(value)


def _tolerations(value: object, where: str) -> tuple[Toleration, ...]:
    return _several(value, where, (Toleration,), 'Toleration("gpu")')


def _pull_secrets(value: object, where: str) -> tuple[str, ...]:
    names = _several(value, where, (str,), '"registry"')
    check_each(names, lambda name: checked_name(name, where))
    return names


def _affinity(value: object, where: str) -> object:
    # By name: to import the official client takes seconds, and belongs to those who use it.
    if type(value).__name__ != "V1Affinity":
        hint = "Write kubernetes.client.models.V1Affinity(…)."
        refuse("FK011", f"{where} takes a V1Affinity, not {class_name(value)}.", hint)
    return value


def _number(value: object, where: str) -> object:
    check_number(value, where)
    return value


def _flag(value: object, where: str) -> object:
    check_flag(value, where)
    return value


def _pull_policy(value: object, where: str) -> object:
    check_choice(value, _PULL_POLICIES, where)
    return value


def _resource_name(value: object, where: str) -> object:
    check_label(value, "", where)
    return value


def _image(value: object, where: str) -> str:
    text = checked_text(value, where)
    if any(character.isspace() for character in text):
        refuse("FK011", f"{where} contains a space.", 'Write it as "registry/name:tag".')
    return text


def _label_name(value: object, where: str) -> str:
    return checked_name(value, where, dots=False)


CHECKS: Mapping[str, Callable[[object, str], object]] = {
    "gpus": _number,
    "gpu_resource": _resource_name,
    "image": _image,
    "image_pull_policy": _pull_policy,
    "image_pull_secrets": _pull_secrets,
    "env": _env,
    "env_from": _env_from,
    "volumes": _volumes,
    "node_selector": _labels,
    "tolerations": _tolerations,
    "affinity": _affinity,
    "priority_class": checked_name,
    "service_account": checked_name,
    "namespace": _label_name,
    "labels": _labels,
    "annotations": _annotations,
    "run_as_user": _number,
    "run_as_group": _number,
    "fs_group": _number,
    "run_as_non_root": _flag,
    "termination_grace_period": _number,
}
"""By field of `Pod`: what returns its value in the form that is kept, or refuses it."""
