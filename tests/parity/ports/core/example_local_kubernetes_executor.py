"""
One task on Kubernetes, by its queue and its pod, after one that runs locally.
"""

from datetime import datetime
from importlib.util import find_spec

from flowkit import Pipeline, context, python
from flowkit.airflow.dags import register


def task_with_template() -> None:
    print("annotated!")


def task_with_local() -> str:
    """Print the Airflow context and ds variable from the context."""
    print(context())
    print(context()["ds"])
    return "Whatever you return gets printed in the logs"


if find_spec("kubernetes"):
    from kubernetes.client import models as k8s

    pod = k8s.V1Pod(metadata=k8s.V1ObjectMeta(annotations={"test": "annotation"}))
    register(
        Pipeline(
            "example_local_kubernetes_executor",
            start_date=datetime(2021, 1, 1),
            catchup=False,
            tags=["example", "example3"],
        )
        .task("task_with_local_executor", python(task_with_local))
        .task(
            "task_with_kubernetes_executor",
            python(task_with_template),
            executor_config={"pod_override": pod},
            queue="kubernetes",
        )
    )
