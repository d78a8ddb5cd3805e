"""
What a `Pod` is made of: references to secrets and settings, volumes, tolerations.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, final

import attrs

from flowkit.base.recording import check_all, recorded_value, refuse
from flowkit.model.pod_checks import (
    check_choice,
    check_flag,
    check_key_of_file,
    check_label,
    check_number,
    checked_name,
    checked_quantity,
    checked_text,
)

Effect: TypeAlias = Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


@final
@recorded_value
@attrs.frozen
class Secret:
    """
    A secret that Kubernetes keeps, or one key of it. It is named, never written out.

    `env={"DB_PASSWORD": Secret("database", "password")}` gives one key as a variable, `env_from=[Secret("database")]`
    all of them, `volumes={"/secrets": Secret("database")}` each as a file.
    """

    name: str
    """The name of the secret, in the namespace of the pod."""

    key: str | None = None
    """The key in it; `None`: all of its keys."""

    optional: bool = attrs.field(default=False, kw_only=True)
    """Whether the pod starts also where the secret or the key does not exist."""

    def __attrs_post_init__(self) -> None:
        _check_named("Secret", self.name, self.key, self.optional)


@final
@recorded_value
@attrs.frozen
class ConfigMap:
    """
    A config map of Kubernetes, or one key of it: settings that are no secrets. Stands where a `Secret` may.
    """

    name: str
    """The name of the config map, in the namespace of the pod."""

    key: str | None = None
    """The key in it; `None`: all of its keys."""

    optional: bool = attrs.field(default=False, kw_only=True)
    """Whether the pod starts also where the config map or the key does not exist."""

    def __attrs_post_init__(self) -> None:
        _check_named("ConfigMap", self.name, self.key, self.optional)


@final
@recorded_value
@attrs.frozen
class Claim:
    """
    A volume that outlives the pod: a persistent volume claim that exists in its namespace.
    """

    name: str
    """The name of the claim."""

    sub_path: str | None = attrs.field(default=None, kw_only=True)
    """The folder of the volume to mount, relative to its root; `None`: all of it."""

    read_only: bool = attrs.field(default=False, kw_only=True)
    """Whether the task may only read."""

    def __attrs_post_init__(self) -> None:
        check_all(
            lambda: checked_name(self.name, "Claim(…)"),
            lambda: _check_sub_path("Claim", self.sub_path),
            lambda: check_flag(self.read_only, "Claim(read_only=…)"),
        )


@final
@recorded_value
@attrs.frozen
class EmptyDir:
    """
    An empty folder that lives as long as the pod.
    """

    size: str | None = None
    """The most that it may hold, in bytes: `"10Gi"`. Beyond it Kubernetes ends the task."""

    in_memory: bool = attrs.field(default=False, kw_only=True)
    """Whether it is kept in memory, and counts towards the memory limit of the task."""

    def __attrs_post_init__(self) -> None:
        check_all(
            lambda: checked_quantity(self.size, "EmptyDir({})", '"1Gi" or "20Gi"'),
            lambda: check_flag(self.in_memory, "EmptyDir(in_memory=…)"),
        )


@final
@recorded_value
@attrs.frozen
class TemplateVolume:
    """
    A volume that the pod template of the installation declares; here it is only mounted.
    """

    name: str
    """The name of the volume in the pod template."""

    sub_path: str | None = attrs.field(default=None, kw_only=True)
    """The folder of the volume to mount, relative to its root; `None`: all of it."""

    read_only: bool = attrs.field(default=False, kw_only=True)
    """Whether the task may only read."""

    def __attrs_post_init__(self) -> None:
        check_all(
            lambda: checked_name(self.name, "TemplateVolume(…)", dots=False),
            lambda: _check_sub_path("TemplateVolume", self.sub_path),
            lambda: check_flag(self.read_only, "TemplateVolume(read_only=…)"),
        )


@final
@recorded_value
@attrs.frozen
class Toleration:
    """
    Lets the pod run on nodes with a taint. `Toleration("gpu")` tolerates the key with any value.
    """

    key: str | None = None
    """The key of the taint; `None`: every taint."""

    value: str | None = None
    """The value of the taint; `None`: any."""

    effect: Effect | None = attrs.field(default=None, kw_only=True)
    """What the taint does: `"NoSchedule"`, `"PreferNoSchedule"` or `"NoExecute"`; `None`: any of it."""

    seconds: int | None = attrs.field(default=None, kw_only=True)
    """How long the pod stays after a `"NoExecute"` taint appears, in seconds; `None`: for ever."""

    def __attrs_post_init__(self) -> None:
        check_all(
            self._check_taint,
            lambda: check_choice(self.effect, _EFFECTS, "Toleration(effect=…)"),
            self._check_seconds,
        )

    def _check_taint(self) -> None:
        if self.key is not None:
            check_label(self.key, self.value or "", "Toleration(…)")
        elif self.value is not None:
            refuse("FK012", "Toleration(value=…) needs a key.", "Add the key.")

    def _check_seconds(self) -> None:
        check_number(self.seconds, "Toleration(seconds=…)")
        if self.seconds is not None and self.effect != "NoExecute":
            message = "Toleration(seconds=…) works only with NoExecute, the effect that evicts pods."
            refuse("FK012", message, 'Write effect="NoExecute", or leave seconds out.')


Variable: TypeAlias = str | Secret | ConfigMap
"""The value of an environment variable: plain text, or the key of a secret or config map."""

Volume: TypeAlias = Claim | EmptyDir | Secret | ConfigMap | TemplateVolume
"""What can be mounted."""


def _check_named(kind: str, name: object, key: object, optional: object) -> None:
    check_all(
        lambda: checked_name(name, f"{kind}(…)"),
        lambda: None if key is None else check_key_of_file(key, f"{kind}(key=…)"),
        lambda: check_flag(optional, f"{kind}(optional=…)"),
    )


def _check_sub_path(kind: str, path: object) -> None:
    if path is None:
        return
    text = checked_text(path, f"{kind}(sub_path=…)")
    if text.startswith("/") or ".." in text.split("/"):
        message = f"{kind}(sub_path={text!r}) leads out of the volume."
        refuse("FK011", message, 'Write a path relative to the root of the volume, such as "raw/orders".')
