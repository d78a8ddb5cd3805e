"""
`Pod` → the `pod_override` of Airflow's `executor_config`.
"""

from __future__ import annotations

import functools
import logging
from typing import Any

from flowkit.spec.pod import Pod

log: logging.Logger = logging.getLogger(__name__)

# The container that Airflow's pod template gives to the task.
CONTAINER = "base"


def compile_pod(pod: Pod) -> Any | None:
    """
    Return the `V1Pod` that Airflow merges into its pod template; `None` without the `kubernetes` client.
    """
    try:
        from kubernetes.client import models
    except ImportError:
        _say_once()
        return None

    resources = models.V1ResourceRequirements(requests=pod.requests() or None, limits=pod.limits() or None)
    container = models.V1Container(name=CONTAINER, resources=resources)
    return models.V1Pod(spec=models.V1PodSpec(containers=[container]))


@functools.cache
def _say_once() -> None:
    log.warning(
        "Some pipelines say what their tasks need on Kubernetes (pod=Pod(…)), but the `kubernetes` client is not "
        'installed: pods have no effect here. pip install "airflow-flowkit[kubernetes]" brings it.'
    )
