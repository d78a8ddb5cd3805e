"""
`Pod` → a `V1Pod`: the `pod_override` of Airflow's `executor_config`, or the `full_pod_spec` of an operator.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import re
from typing import Any

from flowkit.model.pod import Pod
from flowkit.model.pod_parts import Claim, ConfigMap, EmptyDir, Secret, TemplateVolume, Toleration

log: logging.Logger = logging.getLogger(__name__)

# The container of Airflow's pod template that runs the task.
CONTAINER = "base"
_MAX_NAME_LENGTH = 40


def compile_pod(pod: Pod) -> Any | None:
    """
    Return the `V1Pod` that Airflow merges into its pod template; `None` if the `kubernetes` client is not installed.

    Unset parts are left out at every level: to Airflow, an empty part overrides that of the template.
    """
    try:
        from kubernetes.client import models
    except ImportError:
        _warn_once()
        return None
    return models.V1Pod(metadata=_metadata(pod, models), spec=_spec(pod, models))


def compile_argument(value: Any) -> Any:
    """
    Return the argument *value* of an operator or decorator; a `Pod` becomes a `V1Pod`.
    """
    return compile_pod(value) if isinstance(value, Pod) else value


def _build(kind: Any, **fields: Any) -> Any | None:
    """
    Return an object of the `kubernetes` client with the *fields* that are set; `None` if none is.
    """
    given = {name: value for name, value in fields.items() if value not in (None, {}, [])}
    return kind(**given) if given else None


def _metadata(pod: Pod, models: Any) -> Any | None:
    return _build(
        models.V1ObjectMeta,
        namespace=pod.namespace,
        labels=dict(pod.labels or {}),
        annotations=dict(pod.annotations or {}),
    )


def _spec(pod: Pod, models: Any) -> Any:
    volumes = {_volume_name(path, volume): volume for path, volume in (pod.volumes or {}).items()}
    optional = {
        "node_selector": dict(pod.node_selector or {}),
        "tolerations": [_toleration(toleration, models) for toleration in pod.tolerations or ()],
        "image_pull_secrets": [
            models.V1LocalObjectReference(name=name) for name in pod.image_pull_secrets or ()
        ],
        "volumes": [
            _volume(name, volume, models)
            for name, volume in volumes.items()
            if not isinstance(volume, TemplateVolume)
        ],
    }
    return models.V1PodSpec(
        containers=[_container(pod, models)],
        affinity=pod.affinity,
        priority_class_name=pod.priority_class,
        service_account_name=pod.service_account,
        termination_grace_period_seconds=pod.termination_grace_period,
        security_context=_build(
            models.V1PodSecurityContext,
            run_as_user=pod.run_as_user,
            run_as_group=pod.run_as_group,
            fs_group=pod.fs_group,
            run_as_non_root=pod.run_as_non_root,
        ),
        **{name: value for name, value in optional.items() if value},
    )


def _container(pod: Pod, models: Any) -> Any:
    optional = {
        "env": [_variable(name, value, models) for name, value in (pod.env or {}).items()],
        "env_from": [_env_source(source, models) for source in pod.env_from or ()],
        "volume_mounts": [_mount(path, volume, models) for path, volume in (pod.volumes or {}).items()],
    }
    return models.V1Container(
        name=CONTAINER,
        image=pod.image,
        image_pull_policy=pod.image_pull_policy,
        resources=_build(models.V1ResourceRequirements, requests=pod.requests(), limits=pod.limits()),
        **{name: value for name, value in optional.items() if value},
    )


def _toleration(one: Toleration, models: Any) -> Any:
    return models.V1Toleration(
        key=one.key,
        operator="Exists" if one.value is None else "Equal",
        value=one.value,
        effect=one.effect,
        toleration_seconds=one.seconds,
    )


def _variable(name: str, value: str | Secret | ConfigMap, models: Any) -> Any:
    if isinstance(value, str):
        return models.V1EnvVar(name=name, value=value)
    given = {"name": value.name, "key": value.key, "optional": value.optional or None}
    if isinstance(value, Secret):
        source = models.V1EnvVarSource(secret_key_ref=models.V1SecretKeySelector(**given))
    else:
        source = models.V1EnvVarSource(config_map_key_ref=models.V1ConfigMapKeySelector(**given))
    return models.V1EnvVar(name=name, value_from=source)


def _env_source(one: Secret | ConfigMap, models: Any) -> Any:
    given = {"name": one.name, "optional": one.optional or None}
    if isinstance(one, Secret):
        return models.V1EnvFromSource(secret_ref=models.V1SecretEnvSource(**given))
    return models.V1EnvFromSource(config_map_ref=models.V1ConfigMapEnvSource(**given))


def _volume(name: str, volume: Any, models: Any) -> Any:
    if isinstance(volume, EmptyDir):
        medium = "Memory" if volume.in_memory else None
        source = models.V1EmptyDirVolumeSource(size_limit=volume.size, medium=medium)
        return models.V1Volume(name=name, empty_dir=source)
    if isinstance(volume, Claim):
        claim = models.V1PersistentVolumeClaimVolumeSource(claim_name=volume.name)
        return models.V1Volume(name=name, persistent_volume_claim=claim)
    items = None if volume.key is None else [models.V1KeyToPath(key=volume.key, path=volume.key)]
    if isinstance(volume, Secret):
        secret = models.V1SecretVolumeSource(
            secret_name=volume.name, items=items, optional=volume.optional or None
        )
        return models.V1Volume(name=name, secret=secret)
    config = models.V1ConfigMapVolumeSource(name=volume.name, items=items, optional=volume.optional or None)
    return models.V1Volume(name=name, config_map=config)


def _mount(path: str, volume: Any, models: Any) -> Any:
    # Kubernetes always mounts secrets and config maps read-only.
    return models.V1VolumeMount(
        name=_volume_name(path, volume),
        mount_path=path,
        sub_path=getattr(volume, "sub_path", None),
        read_only=getattr(volume, "read_only", False) or None,
    )


def _volume_name(path: str, volume: Any) -> str:
    """
    Return a name for *volume* that is the same in each pod and unlikely to clash with those of a pod template.

    A source mounted at two paths is one volume. Each `EmptyDir` is a separate volume.
    """
    if isinstance(volume, TemplateVolume):
        return volume.name
    parts = [type(volume).__name__, path if isinstance(volume, EmptyDir) else volume.name]
    if isinstance(volume, (Secret, ConfigMap)):
        parts += [volume.key or "", str(volume.optional)]
    readable = re.sub(r"[^a-z0-9]+", "-", "-".join(parts[:2]).lower())[:_MAX_NAME_LENGTH].strip("-")
    return f"{readable}-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:8]}"


@functools.cache
def _warn_once() -> None:
    log.warning(
        "Some pipelines set pod=Pod(…), but the `kubernetes` client is not installed, so pods have no effect here. "
        'Install it with pip install "airflow-flowkit[kubernetes]".'
    )
