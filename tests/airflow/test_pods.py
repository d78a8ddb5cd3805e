"""
`Pod` as Airflow's own `PodGenerator` merges it, and as the official client reads it.
"""

from __future__ import annotations

import importlib
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
from kubernetes.client import ApiClient, models

from flowkit import (
    Claim,
    ConfigMap,
    EmptyDir,
    Pipeline,
    Pod,
    Secret,
    TemplateVolume,
    Toleration,
    operator_of,
    python,
)
from flowkit.airflow.pods import compile_pod
from tests.airflow.test_compile import compiled
from tests.support import ROOT

_PROVIDER = "airflow.providers.cncf.kubernetes"
# Where all is installed these tests may not be skipped.
if os.environ.get("CI") and "NOX_CURRENT_SESSION" not in os.environ:
    importlib.import_module(_PROVIDER)
PodGenerator = pytest.importorskip(f"{_PROVIDER}.pod_generator").PodGenerator

AFFINITY = models.V1Affinity(
    node_affinity=models.V1NodeAffinity(
        required_during_scheduling_ignored_during_execution=models.V1NodeSelector(
            node_selector_terms=[
                models.V1NodeSelectorTerm(
                    match_expressions=[
                        models.V1NodeSelectorRequirement(key="disk", operator="In", values=["ssd"])
                    ]
                )
            ]
        )
    )
)
TEMPLATE: dict[str, dict[str, Any]] = {
    "metadata": {"labels": {"tier": "airflow"}, "annotations": {"example.com/from": "template"}},
    "spec": {
        "containers": [
            {
                "name": "base",
                "image": "template/image:1",
                "env": [{"name": "FROM_TEMPLATE", "value": "yes"}],
                "resources": {"requests": {"cpu": "100m"}},
                "volumeMounts": [{"name": "dags", "mountPath": "/opt/airflow/dags"}],
            }
        ],
        "restartPolicy": "Never",
        "serviceAccountName": "from-template",
        "securityContext": {"runAsUser": 50000},
        "volumes": [{"name": "dags", "emptyDir": {}}],
    },
}


def read(kind: str, data: Mapping[str, Any]) -> Any:
    client: Any = ApiClient()
    return client._ApiClient__deserialize_model(data, getattr(models, kind))


def written(pod: Any) -> dict[str, Any]:
    client: Any = ApiClient()
    result: dict[str, Any] = client.sanitize_for_serialization(pod)
    return result


def constructed(pod: Pod, template: Mapping[str, Any] = TEMPLATE) -> dict[str, Any]:
    """
    Return the pod that the Kubernetes executor would create, as the API of Kubernetes gets it.
    """
    dag = compiled(Pipeline("orders").task("fetch", pod=pod))
    override = PodGenerator.from_obj(dag.get_task("fetch").executor_config)
    made = PodGenerator.construct_pod(
        dag_id="orders",
        task_id="fetch",
        pod_id="orders-fetch-1",
        try_number=1,
        kube_image="default/image:1",
        date=None,
        args=["run"],
        pod_override_object=override,
        base_worker_pod=read("V1Pod", template),
        namespace="airflow",
        scheduler_job_id="1",
        run_id="r",
    )
    result = written(made)
    # Reading it back with the client's own models checks what they require, and loses nothing.
    assert written(read("V1Pod", result)) == result
    return result


def base(pod: Mapping[str, Any]) -> dict[str, Any]:
    (container,) = pod["spec"]["containers"]
    assert container["name"] == "base"
    assert container["args"] == ["run"]
    found: dict[str, Any] = container
    return found


def resources(pod: dict[str, Any]) -> Any:
    return base(pod)["resources"]


def own(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """
    Return those *items* that come neither from the template nor from Airflow.
    """
    return [
        item for item in items if item["name"] not in {"FROM_TEMPLATE", "AIRFLOW_IS_K8S_EXECUTOR_POD", "dags"}
    ]


# By field: a pod that has it, where to look in what is created, and what stands there.
FIELDS: dict[str, tuple[Pod, Any, Any]] = {
    "cpu": (Pod(cpu="500m"), resources, {"requests": {"cpu": "500m"}}),
    "memory": (Pod(memory="1Gi"), resources, {"requests": {"memory": "1Gi"}}),
    "ephemeral_storage": (
        Pod(ephemeral_storage="2Gi"), resources, {"requests": {"ephemeral-storage": "2Gi"}},
    ),
    "cpu_limit": (Pod(cpu_limit="2"), resources, {"limits": {"cpu": "2"}}),
    "memory_limit": (Pod(memory_limit="2Gi"), resources, {"limits": {"memory": "2Gi"}}),
    "ephemeral_storage_limit": (
        Pod(ephemeral_storage_limit="2Gi"), resources, {"limits": {"ephemeral-storage": "2Gi"}},
    ),
    "gpus": (Pod(gpus=2), resources, {"limits": {"nvidia.com/gpu": "2"}}),
    "gpu_resource": (
        Pod(gpus=1, gpu_resource="amd.com/gpu"), resources, {"limits": {"amd.com/gpu": "1"}},
    ),
    "image": (Pod(image="shop/orders:3"), lambda pod: base(pod)["image"], "shop/orders:3"),
    "image_pull_policy": (
        Pod(image_pull_policy="Always"), lambda pod: base(pod)["imagePullPolicy"], "Always",
    ),
    "image_pull_secrets": (
        Pod(image_pull_secrets=["registry"]),
        lambda pod: pod["spec"]["imagePullSecrets"],
        [{"name": "registry"}],
    ),
    "env": (
        Pod(
            env={
                "MODE": "fast",
                "DB_PASSWORD": Secret("database", "password"),
                "REGION": ConfigMap("site", "region", optional=True),
            }
        ),
        lambda pod: own(base(pod)["env"]),
        [
            {"name": "MODE", "value": "fast"},
            {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "database", "key": "password"}}},
            {
                "name": "REGION",
                "valueFrom": {"configMapKeyRef": {"name": "site", "key": "region", "optional": True}},
            },
        ],
    ),
    "env_from": (
        Pod(env_from=[Secret("database"), ConfigMap("site", optional=True)]),
        lambda pod: base(pod)["envFrom"],
        [{"secretRef": {"name": "database"}}, {"configMapRef": {"name": "site", "optional": True}}],
    ),
    "node_selector": (
        Pod(node_selector={"disk": "ssd"}), lambda pod: pod["spec"]["nodeSelector"], {"disk": "ssd"},
    ),
    "tolerations": (
        Pod(
            tolerations=[
                Toleration("gpu"),
                Toleration("team", "orders", effect="NoExecute", seconds=60),
                Toleration(),
            ]
        ),
        lambda pod: pod["spec"]["tolerations"],
        [
            {"key": "gpu", "operator": "Exists"},
            {
                "key": "team",
                "operator": "Equal",
                "value": "orders",
                "effect": "NoExecute",
                "tolerationSeconds": 60,
            },
            {"operator": "Exists"},
        ],
    ),
    "affinity": (Pod(affinity=AFFINITY), lambda pod: pod["spec"]["affinity"], written(AFFINITY)),
    "priority_class": (
        Pod(priority_class="urgent"), lambda pod: pod["spec"]["priorityClassName"], "urgent",
    ),
    "service_account": (
        Pod(service_account="orders"), lambda pod: pod["spec"]["serviceAccountName"], "orders",
    ),
    "namespace": (Pod(namespace="shop"), lambda pod: pod["metadata"]["namespace"], "shop"),
    "labels": (Pod(labels={"team": "orders"}), lambda pod: pod["metadata"]["labels"]["team"], "orders"),
    "annotations": (
        Pod(annotations={"example.com/note": "any text!"}),
        lambda pod: pod["metadata"]["annotations"]["example.com/note"],
        "any text!",
    ),
    "run_as_user": (
        Pod(run_as_user=1000), lambda pod: pod["spec"]["securityContext"], {"runAsUser": 1000},
    ),
    "run_as_group": (Pod(run_as_group=0), lambda pod: pod["spec"]["securityContext"], {"runAsGroup": 0}),
    "fs_group": (Pod(fs_group=2000), lambda pod: pod["spec"]["securityContext"], {"fsGroup": 2000}),
    "run_as_non_root": (
        Pod(run_as_non_root=False), lambda pod: pod["spec"]["securityContext"], {"runAsNonRoot": False},
    ),
    "termination_grace_period": (
        Pod(termination_grace_period=600), lambda pod: pod["spec"]["terminationGracePeriodSeconds"], 600,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FIELDS)
def test_each_field_arrives(name: str) -> None:
    """Each field stands in the pod that Airflow would create, at the place where Kubernetes looks for it."""
    pod, look, expected = FIELDS[name]

    assert look(constructed(pod)) == expected


def test_no_field_is_forgotten() -> None:
    """Every field of `Pod` is in the table above, or has a test of its own below."""
    assert {*FIELDS, "volumes"} == {field.name for field in attrs.fields(Pod)}


def test_volumes_of_every_kind_are_mounted() -> None:
    """Each volume is declared once and mounted at its path; those of the template stay."""
    pod = Pod(
        volumes={
            "/data": Claim("orders.raw", sub_path="raw", read_only=True),
            "/out": Claim("orders.raw", sub_path="out"),
            "/scratch/": EmptyDir("10Gi"),
            "/ram": EmptyDir(in_memory=True),
            "/secrets": Secret("database"),
            "/one": Secret("database", "password", optional=True),
            "/etc/site": ConfigMap("site", "site.yaml"),
            "/more-dags": TemplateVolume("dags", sub_path="dags", read_only=True),
        }
    )
    made = constructed(pod)
    volumes = {volume["name"]: volume for volume in made["spec"]["volumes"]}
    mounts = {mount["mountPath"]: mount for mount in base(made)["volumeMounts"]}

    def at(path: str) -> dict[str, Any]:
        return {key: value for key, value in volumes[mounts[path]["name"]].items() if key != "name"}

    assert len(volumes) == len(made["spec"]["volumes"]) == 7
    assert at("/data") == {"persistentVolumeClaim": {"claimName": "orders.raw"}}
    assert mounts["/data"]["name"] == mounts["/out"]["name"]
    assert (mounts["/data"]["subPath"], mounts["/data"]["readOnly"]) == ("raw", True)
    assert "readOnly" not in mounts["/out"]
    assert at("/scratch") == {"emptyDir": {"sizeLimit": "10Gi"}}
    assert at("/ram") == {"emptyDir": {"medium": "Memory"}}
    assert at("/secrets") == {"secret": {"secretName": "database"}}
    assert at("/one") == {
        "secret": {
            "secretName": "database",
            "optional": True,
            "items": [{"key": "password", "path": "password"}],
        }
    }
    assert at("/etc/site") == {
        "configMap": {"name": "site", "items": [{"key": "site.yaml", "path": "site.yaml"}]}
    }
    assert mounts["/more-dags"] == {
        "name": "dags", "mountPath": "/more-dags", "subPath": "dags", "readOnly": True,
    }  # fmt: skip
    assert mounts["/opt/airflow/dags"]["name"] == "dags"


def test_what_is_left_out_comes_from_the_template() -> None:
    """A pod that says one thing takes nothing else of the template away."""
    made = constructed(Pod(labels={"team": "orders"}))

    assert base(made)["image"] == "default/image:1"
    assert base(made)["resources"] == {"requests": {"cpu": "100m"}}
    assert base(made)["env"][0] == {"name": "FROM_TEMPLATE", "value": "yes"}
    assert made["spec"]["serviceAccountName"] == "from-template"
    assert made["spec"]["securityContext"] == {"runAsUser": 50000}
    assert made["metadata"]["labels"]["tier"] == "airflow"
    assert made["metadata"]["namespace"] == "airflow"
    assert made["metadata"]["annotations"]["example.com/from"] == "template"


def test_resources_and_security_replace_those_of_the_template() -> None:
    """Airflow does not look into resources and the security context: what a pod says of them is all of them."""
    made = constructed(Pod(memory="1Gi", fs_group=0))

    assert base(made)["resources"] == {"requests": {"memory": "1Gi"}}
    assert made["spec"]["securityContext"] == {"fsGroup": 0}


def test_node_selector_and_tolerations_replace_those_of_the_template() -> None:
    """So does what says where the pod may run."""
    spec = {**TEMPLATE["spec"], "nodeSelector": {"zone": "a"}, "tolerations": [{"operator": "Exists"}]}
    pod = Pod(node_selector={"disk": "ssd"}, tolerations=[Toleration("gpu")])
    made = constructed(pod, {**TEMPLATE, "spec": spec})

    assert made["spec"]["nodeSelector"] == {"disk": "ssd"}
    assert made["spec"]["tolerations"] == [{"key": "gpu", "operator": "Exists"}]


def test_a_variable_of_the_template_is_overridden() -> None:
    """Airflow puts the pod's own variables last, and Kubernetes takes the last of a name."""
    names = [
        (one["name"], one.get("value")) for one in base(constructed(Pod(env={"FROM_TEMPLATE": "no"})))["env"]
    ]

    assert names[0] == ("FROM_TEMPLATE", "yes")
    assert names[-1] == ("FROM_TEMPLATE", "no")


def test_pods_of_three_levels_meet_the_template() -> None:
    """Pipeline, group and task each say a part, key by key, and the nearest wins."""
    pipeline = (
        Pipeline("p")
        .defaults(
            pod=Pod(cpu="1", env={"A": "1", "B": "1"}, labels={"team": "x"}, tolerations=[Toleration("a")])
        )
        .group("g")
        .defaults(pod=Pod(env={"B": "2", "C": "2"}, volumes={"/data": Claim("one")}))
        .task("t", pod=Pod(env={"C": "3"}, volumes={"/data/": Claim("two")}, tolerations=[Toleration("b")]))
        .end()
    )
    override = written(compiled(pipeline).get_task("g.t").executor_config["pod_override"])
    (container,) = override["spec"]["containers"]

    assert container["env"] == [
        {"name": "A", "value": "1"}, {"name": "B", "value": "2"}, {"name": "C", "value": "3"},
    ]  # fmt: skip
    assert container["resources"] == {"requests": {"cpu": "1"}}
    assert override["metadata"] == {"labels": {"team": "x"}}
    assert [one["persistentVolumeClaim"]["claimName"] for one in override["spec"]["volumes"]] == ["two"]
    assert [one["key"] for one in override["spec"]["tolerations"]] == ["b"]


def test_pods_survive_the_way_to_the_executor() -> None:
    """Airflow writes the pod into its database, and the executor reads the same."""
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy.dialects import sqlite

    pod = Pod(cpu="1", env={"K": Secret("s", "k")}, volumes={"/data": EmptyDir("1Gi")}, affinity=AFFINITY)
    config = {"pod_override": compile_pod(pod)}
    kind: Any = TaskInstance.__table__.c.executor_config.type
    dialect: Any = sqlite.dialect()
    stored = kind.bind_processor(dialect)(config)
    read_back = kind.result_processor(dialect, None)(stored)

    assert written(read_back["pod_override"]) == written(config["pod_override"])


def _launched(pod: Pod, **arguments: Any) -> dict[str, Any]:
    operator_class = importlib.import_module(f"{_PROVIDER}.operators.pod").KubernetesPodOperator
    action = operator_of(
        operator_class, name="count", cmds=["count"], full_pod_spec=pod.for_operator(), **arguments
    )
    dag = compiled(Pipeline("p").defaults(pod=Pod(cpu="250m")).task("t", action))
    task: Any = dag.get_task("t")
    # The worker's own pod is another one.
    assert written(task.executor_config["pod_override"])["spec"]["containers"][0]["resources"] == {
        "requests": {"cpu": "250m"}
    }
    return written(task.build_pod_request_obj(dry_run=True))


def test_one_vocabulary_for_the_pod_that_an_operator_launches() -> None:
    """`full_pod_spec` takes the same description, and keeps it apart from the worker's own pod."""
    made = _launched(
        Pod(
            image="shop/count:1",
            memory="1Gi",
            env={"DB_PASSWORD": Secret("database", "password")},
            volumes={"/data": Claim("orders")},
            labels={"team": "orders"},
            node_selector={"disk": "ssd"},
            namespace="shop",
        )
    )
    (container,) = made["spec"]["containers"]

    assert (container["image"], container["command"]) == ("shop/count:1", ["count"])
    assert container["resources"] == {"requests": {"memory": "1Gi"}}
    assert container["env"][0]["valueFrom"]["secretKeyRef"] == {"name": "database", "key": "password"}
    assert container["volumeMounts"][0]["mountPath"] == "/data"
    assert made["metadata"]["labels"]["team"] == "orders"
    assert made["metadata"]["namespace"] == "shop"
    assert made["spec"]["nodeSelector"] == {"disk": "ssd"}


def test_the_operators_own_arguments_win() -> None:
    """What the operator is told itself stands over the pod; variables come together."""
    made = _launched(Pod(image="a:1", env={"A": "1"}), image="b:1", env_vars={"B": "2"})
    (container,) = made["spec"]["containers"]

    assert container["image"] == "b:1"
    assert [(one["name"], one["value"]) for one in container["env"]] == [("A", "1"), ("B", "2")]


def test_the_decorator_takes_a_pod_as_well() -> None:
    """`.by("kubernetes", full_pod_spec=Pod(…))` runs a function in such a pod."""
    action = python(_count, 1).by("kubernetes", image="python:3.12", full_pod_spec=Pod(memory="1Gi"))
    task: Any = compiled(Pipeline("p").task("t", action)).get_task("t")

    (container,) = written(task.full_pod_spec)["spec"]["containers"]
    assert container["resources"] == {"requests": {"memory": "1Gi"}}


def _count(number: int) -> int:
    return number + 1


def test_pods_can_be_pickled() -> None:
    """A pod is a value through and through: hashed, compared, copied to another process."""
    pod = Pod(env={"A": "1"}, volumes={"/data": Claim("x")}, tolerations=[Toleration("a")])

    assert pickle.loads(pickle.dumps(pod)) == pod  # noqa: S301
    assert len({pod, pickle.loads(pickle.dumps(pod))}) == 1  # noqa: S301


EXECUTORS = """
from flowkit import Pipeline, Pod, task
from flowkit.airflow.dags import register

register(
    Pipeline("mixed")
    .task("here", executor="LocalExecutor")
    .task("there", executor="KubernetesExecutor", pod=Pod(cpu="1"))
    .task("anywhere"),
    Pipeline("wrong").task("lost", executor="CeleryExecutor"),
)
"""


_LOAD = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization

bag = DagBag(sys.argv[1])
stored = DagSerialization.from_dict(DagSerialization.to_dict(bag.dags["mixed"]))
executors = {task.task_id: task.executor for task in stored.tasks}
print("RESULT" + json.dumps([list(bag.dags), executors, bag.import_errors]))
"""


def test_several_executors_in_one_pipeline(tmp_path: Path) -> None:
    """Tasks name their executors; one that the installation lacks is a problem of its own pipeline alone."""
    pytest.importorskip("airflow.dag_processing.dagbag", reason="Airflow 3.1 keeps it elsewhere")
    file = tmp_path / "dags.py"
    file.write_text(EXECUTORS, encoding="utf-8")
    environment = {
        **os.environ,
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor,KubernetesExecutor",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, str(file)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=120,
    )
    assert "RESULT" in done.stdout, done.stderr
    dags, executors, errors = json.loads(done.stdout.partition("RESULT")[2])

    assert executors == {"here": "LocalExecutor", "there": "KubernetesExecutor", "anywhere": None}
    assert dags == ["mixed"]
    ((key, error),) = errors.items()
    assert key.endswith("dags.py::wrong")
    assert (
        "dags.py:10: FK903 Airflow rejected the pipeline: Task 'lost' specifies executor 'CeleryExecutor', which is "
        "not available." in error
    )
