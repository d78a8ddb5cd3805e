"""
What a task needs on Kubernetes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias, final

import attrs

from flowkit.base.call_site import caller
from flowkit.base.problems import Problem
from flowkit.base.recording import RefusedError, attempt, check_all, recorded_in, recorded_value, refuse
from flowkit.model.pod_checks import checked_quantity
from flowkit.model.pod_fields import CHECKS
from flowkit.model.pod_parts import ConfigMap, Secret, Toleration, Variable, Volume

PullPolicy: TypeAlias = Literal["Always", "IfNotPresent", "Never"]
_GPU = "nvidia.com/gpu"


class _Resource(NamedTuple):
    """
    A resource of Kubernetes, and the fields of `Pod` that ask for it.
    """

    name: str
    request: str
    limit: str
    examples: str


RESOURCES = (
    _Resource("cpu", "cpu", "cpu_limit", '"500m" (half a core) or "2"'),
    _Resource("memory", "memory", "memory_limit", '"512Mi" or "2Gi"'),
    _Resource("ephemeral-storage", "ephemeral_storage", "ephemeral_storage_limit", '"1Gi" or "20Gi"'),
)


@final
@recorded_value
@attrs.frozen(kw_only=True)
class Pod:
    """
    What a task needs on Kubernetes. Becomes the `pod_override` of Airflow's `executor_config`.

    A field that is left out is inherited from the `pod` of the enclosing group and pipeline; fields that are mappings
    are merged key by key, and the nearest wins. Airflow merges the result into the pod template of the installation.
    """

    cpu: str | None = None
    """Cores that the scheduler sets aside: `"500m"` is half a core."""

    memory: str | None = None
    """Memory that the scheduler sets aside, in bytes: `"512Mi"`, `"2Gi"`."""

    ephemeral_storage: str | None = None
    """Disk for temporary files that the scheduler sets aside, in bytes."""

    cpu_limit: str | None = None
    """Cores that the task may use at most."""

    memory_limit: str | None = None
    """Memory that the task may use at most; beyond it Kubernetes ends the task."""

    ephemeral_storage_limit: str | None = None
    """Disk for temporary files that the task may use at most."""

    gpus: int | None = None
    """Whole GPUs for the task alone; Kubernetes shares none. `0`: none, whatever is inherited."""

    gpu_resource: str | None = None
    """What the cluster calls its GPUs. `None`: `"nvidia.com/gpu"`."""

    image: str | None = None
    """The image of the task, `"registry/name:tag"`. It must hold Airflow, and the packages that the task imports."""

    image_pull_policy: PullPolicy | None = None
    """When the image is pulled: `"Always"`, `"IfNotPresent"` or `"Never"`."""

    image_pull_secrets: Sequence[str] | None = None
    """The names of secrets that open the registry of the image."""

    env: Mapping[str, Variable] | None = None
    """Environment variables by name: plain text, or a `Secret` or `ConfigMap` with a key."""

    env_from: Sequence[Secret | ConfigMap] | None = None
    """Secrets and config maps whose keys all become environment variables."""

    volumes: Mapping[str, Volume] | None = None
    """What is mounted, by absolute path in the container."""

    node_selector: Mapping[str, str] | None = None
    """Labels that the node must have."""

    tolerations: Sequence[Toleration] | None = None
    """Taints of nodes that do not keep the task away."""

    affinity: Any | None = attrs.field(default=None, hash=False)
    """Where the pod prefers to run, as the official client's `V1Affinity`."""

    priority_class: str | None = None
    """The name of the priority class."""

    service_account: str | None = None
    """The name of the service account that the task acts as."""

    namespace: str | None = None
    """The namespace of the pod. Airflow needs `[kubernetes_executor] multi_namespace_mode` for any but its own."""

    labels: Mapping[str, str] | None = None
    """Labels of the pod. Those that Airflow finds its pods by are refused."""

    annotations: Mapping[str, str] | None = None
    """Annotations of the pod."""

    run_as_user: int | None = None
    """The user id of the processes. Airflow's image expects 50000."""

    run_as_group: int | None = None
    """The group id of the processes. Airflow's image expects 0."""

    fs_group: int | None = None
    """The group id that owns the volumes."""

    run_as_non_root: bool | None = None
    """Whether Kubernetes refuses to start the container as root."""

    termination_grace_period: int | None = None
    """Seconds between the request to end and the end by force."""

    def __attrs_post_init__(self) -> None:
        check_all(self._check_fields, lambda: _check_resources(self), self._check_user)

    def _check_fields(self) -> None:
        problems: list[Problem] = []
        for name, check in CHECKS.items():
            value = getattr(self, name)
            if value is not None:
                kept = attempt(problems, check, value, f"Pod({name}=…)", otherwise=None)
                object.__setattr__(self, name, kept)
        if problems:
            raise RefusedError(*problems)

    def _check_user(self) -> None:
        if self.run_as_non_root and self.run_as_user == 0:
            message = "Pod(run_as_user=0) is root, which run_as_non_root=True forbids: Kubernetes starts no container."
            refuse("FK012", message, "Choose another user, or leave run_as_non_root out.")

    def over(self, base: Pod | None) -> Pod:
        """
        Return this pod with what it leaves out taken from *base*: field by field, and mappings key by key.
        """
        if base is None or recorded_in(self):
            return self

        own: dict[str, Any] = {}
        for name in _FIELDS:
            value = getattr(self, name)
            if value is None:
                continue
            further = getattr(base, name)
            own[name] = {**further, **value} if name in _MAPPINGS and further else value
        return attrs.evolve(base, **own)

    def requests(self) -> dict[str, str]:
        """
        Return the quantities to set aside, by Kubernetes' name of the resource.
        """
        return self._quantities("request")

    def limits(self) -> dict[str, str]:
        """
        Return the upper limits, by Kubernetes' name of the resource.
        """
        found = self._quantities("limit")
        # Kubernetes takes GPUs as limits; the request follows from it.
        if self.gpus:
            found[self.gpu_resource or _GPU] = str(self.gpus)
        return found

    def for_operator(self) -> Any:
        """
        Return this pod for `KubernetesPodOperator(full_pod_spec=…)`: it then describes the pod that the task launches.

        The `pod` option of the same task describes the worker's own pod. flowkit makes a `V1Pod` of it, with the
        operator's own arguments over it, when it makes the DAG. Typed `Any`, as that is not what stands here yet.
        """
        return self

    def _quantities(self, kind: str) -> dict[str, str]:
        found = ((resource.name, getattr(self, getattr(resource, kind))) for resource in RESOURCES)
        return {name: value for name, value in found if value is not None}


def _check_resources(pod: Pod) -> None:
    problems: list[Problem] = []
    for resource in RESOURCES:
        request, limit = (
            attempt(
                problems,
                checked_quantity,
                getattr(pod, field),
                f"Pod({field}={{}})",
                resource.examples,
                otherwise=None,
            )
            for field in (resource.request, resource.limit)
        )
        if request is not None and limit is not None and limit < request:
            message = (
                f"Pod asks for {resource.request}={getattr(pod, resource.request)!r} but limits it to "
                f"{resource.limit}={getattr(pod, resource.limit)!r}: Kubernetes refuses a limit below the request."
            )
            hint = f"Raise {resource.limit} or lower {resource.request}."
            problems.append(Problem("FK004", message, hint, caller()))
    if problems:
        raise RefusedError(*problems)


_FIELDS = tuple(field.name for field in attrs.fields(Pod))
_MAPPINGS = frozenset({"env", "volumes", "node_selector", "labels", "annotations"})
