"""
How defaults come together: pipeline < group < nested group < task.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def merged(base: Mapping[str, Any], nearer: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the options of both, where *nearer* wins; a pod is merged field by field.
    """
    result = {**base, **nearer}
    if nearer.get("pod") is not None:
        from flowkit.model.pod import Pod  # few files have pods: the others need not import them

        if isinstance(pod := nearer["pod"], Pod):
            result["pod"] = pod.over(base.get("pod"))

    return result
