"""
What a task needs on Kubernetes.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple, NoReturn, final

import attrs

from flowkit.errors import DefinitionError, Problem
from flowkit.spec.place import caller

# https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
_QUANTITY = re.compile(
    r"(?P<number>\d+\.?\d*|\.\d+)(?P<suffix>[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d{1,3})?", re.ASCII
)
_POWERS = {
    "n": Decimal(10) ** -9,
    "u": Decimal(10) ** -6,
    "m": Decimal(10) ** -3,
    "k": Decimal(10) ** 3,
    **{unit: Decimal(10) ** (3 * power) for power, unit in enumerate("MGTPE", 2)},
    **{f"{unit}i": Decimal(1024) ** power for power, unit in enumerate("KMGTPE", 1)},
}


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
@attrs.frozen(kw_only=True)
class Pod:
    """
    What a task needs on Kubernetes. Becomes the `pod_override` of Airflow's `executor_config`.

    Every field takes a Kubernetes quantity as text. A field that is left out is inherited, field by field,
    from the `pod` of the enclosing group and pipeline, and at last from the pod template of the installation.

    Raises:
        DefinitionError: If a quantity is not one, or a limit is below its request.
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

    def __attrs_post_init__(self) -> None:
        for resource in RESOURCES:
            amounts = [
                _checked(getattr(self, field), field, resource.examples)
                for field in (resource.request, resource.limit)
            ]
            request, limit = amounts
            if request is not None and limit is not None and limit < request:
                _fail(
                    f"Pod asks for {resource.request}={getattr(self, resource.request)!r} but limits it to "
                    f"{resource.limit}={getattr(self, resource.limit)!r}: Kubernetes refuses a limit below "
                    "the request.",
                    f"Raise {resource.limit} or lower {resource.request}.",
                )

    def over(self, base: Pod | None) -> Pod:
        """
        Return this pod with the fields that it leaves out taken from *base*.
        """
        if base is None:
            return self

        own = {name: value for name, value in attrs.asdict(self).items() if value is not None}
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
        return self._quantities("limit")

    def _quantities(self, kind: str) -> dict[str, str]:
        found = ((resource.name, getattr(self, getattr(resource, kind))) for resource in RESOURCES)
        return {name: value for name, value in found if value is not None}


def _checked(value: object, field: str, examples: str) -> Decimal | None:
    if value is None:
        return None
    if not isinstance(value, str):
        _fail(
            f"Pod({field}=…) takes a Kubernetes quantity as text, not {type(value).__name__}.",
            f"Write {examples}.",
        )
    match = _QUANTITY.fullmatch(value)
    if match is None:
        _fail(f"Pod({field}={value!r}) is not a Kubernetes quantity.", f"Write {examples}.")
    number, suffix = Decimal(match["number"]), match["suffix"] or ""
    if suffix[:1] in {"e", "E"} and len(suffix) > 1 and suffix != "Ei":
        return number.scaleb(int(suffix[1:]))
    return number * _POWERS.get(suffix, Decimal(1))


def _fail(message: str, cure: str) -> NoReturn:
    raise DefinitionError(Problem("FK004", message, cure, caller()))
