"""
Tasks that say what their Kubernetes pods are like: annotations, volumes, sidecars, images, nodes and limits.
"""

import os
from importlib.util import find_spec
from typing import Any

import pendulum
from airflow.configuration import conf

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def start_task() -> None:
    print("annotated!")


def test_volume_mount() -> None:
    """
    Tests whether the volume has been mounted.
    """
    with open("/foo/volume_mount_test.txt", "w") as foo:
        foo.write("Hello")
    return_code = os.system("cat /foo/volume_mount_test.txt")
    if return_code != 0:
        raise ValueError(f"Error when checking volume mount. Return code {return_code}")


def test_sharedvolume_mount() -> None:
    """
    Tests whether the volume has been mounted.
    """
    for _ in range(5):
        os.system("cat /shared/test.txt")


def non_root_task() -> None:
    print("annotated!")


def base_image_override_task() -> None:
    print("annotated!")


def task_with_resource_limits() -> None:
    print("annotated!")


def pod(**fields: Any) -> dict[str, Any]:
    return {"pod_override": k8s.V1Pod(**fields)}


def base(**fields: Any) -> Any:
    return k8s.V1Container(name="base", **fields)


if find_spec("kubernetes"):
    from kubernetes.client import models as k8s

    annotated = pod(metadata=k8s.V1ObjectMeta(annotations={"test": "annotation"}))
    labelled = pod(metadata=k8s.V1ObjectMeta(labels={"release": "stable"}))

    foo = "example-kubernetes-test-volume"
    with_volume = pod(
        spec=k8s.V1PodSpec(
            containers=[base(volume_mounts=[k8s.V1VolumeMount(mount_path="/foo/", name=foo)])],
            volumes=[k8s.V1Volume(name=foo, host_path=k8s.V1HostPathVolumeSource(path="/tmp/"))],
        )
    )

    shared = [k8s.V1VolumeMount(mount_path="/shared/", name="shared-empty-dir")]
    sidecar = k8s.V1Container(
        name="sidecar",
        image="ubuntu",
        args=['echo "retrieved from mount" > /shared/test.txt'],
        command=["bash", "-cx"],
        volume_mounts=shared,
    )
    with_sidecar = pod(
        spec=k8s.V1PodSpec(
            containers=[base(volume_mounts=shared), sidecar],
            volumes=[k8s.V1Volume(name="shared-empty-dir", empty_dir=k8s.V1EmptyDirVolumeSource())],
        )
    )

    repository, tag = (
        conf.get("kubernetes_executor", f"worker_container_{name}") for name in ("repository", "tag")
    )
    other_image = pod(spec=k8s.V1PodSpec(containers=[base(image=f"{repository}:{tag}")]))

    app = k8s.V1LabelSelectorRequirement(key="app", operator="In", values=["airflow"])
    apart = k8s.V1PodAffinityTerm(
        label_selector=k8s.V1LabelSelector(match_expressions=[app]), topology_key="kubernetes.io/hostname"
    )
    memory = {"memory": "512Mi"}
    limited = pod(
        spec=k8s.V1PodSpec(
            containers=[base(resources=k8s.V1ResourceRequirements(requests=memory, limits=memory))],
            affinity=k8s.V1Affinity(
                pod_anti_affinity=k8s.V1PodAntiAffinity(
                    required_during_scheduling_ignored_during_execution=[apart]
                )
            ),
            tolerations=[k8s.V1Toleration(key="dedicated", operator="Equal", value="airflow")],
        )
    )

    register(
        Pipeline(
            "example_kubernetes_executor",
            start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
            catchup=False,
            tags=["example", "example3"],
        )
        .task("start_task", python(start_task), executor_config=annotated)
        .then(
            task("test_volume_mount", python(test_volume_mount), executor_config=with_volume),
            task("test_sharedvolume_mount", python(test_sharedvolume_mount), executor_config=with_sidecar),
        )
        .task("non_root_task", python(non_root_task), executor_config=labelled)
        .then(
            task("base_image_override_task", python(base_image_override_task), executor_config=other_image),
            task("task_with_resource_limits", python(task_with_resource_limits), executor_config=limited),
        )
    )
