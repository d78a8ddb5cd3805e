"""
The parameters of a recipe (repository, executor, number of pipelines), and the settings derived from them.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, Literal, TypeAlias, final

import attrs

from flowkit.base.errors import FlowkitError

Delivery: TypeAlias = Literal["git-bundle", "git-sync"]
Executor: TypeAlias = Literal["KubernetesExecutor", "CeleryExecutor", "CeleryExecutor,KubernetesExecutor"]

DELIVERIES: Final[tuple[Delivery, ...]] = ("git-bundle", "git-sync")
EXECUTORS: Final[tuple[Executor, ...]] = (
    "KubernetesExecutor",
    "CeleryExecutor",
    "CeleryExecutor,KubernetesExecutor",
)
CHART: Final = "1.22.0"
"""The version of Airflow's official Helm chart that the recipe targets, with Airflow in its `NEWEST` version."""

CONNECTION: Final = "git_default"
SECRET: Final = "airflow-git"  # noqa: S105 # the name of a secret

# Up to this number a DAG processor can parse all files every 30 s; beyond it the interval grows.
_MAX_PIPELINES_AT_30_S = 1_000
_PIPELINES_PER_PROCESS = 1_000
_MAX_PROCESSES = 8
_URL = re.compile(r"(https?://|ssh://|file:///)\S+|[\w.-]+@[\w.-]+:\S+")
_WITH_PASSWORD = re.compile(r"https?://[^/\s]*@")


@final
@attrs.frozen(kw_only=True)
class Recipe:
    """
    A deployment of Airflow for the pipelines of one git repository.

    Raises:
        FlowkitError: If the repository address is invalid or contains credentials.
    """

    repo: str
    """The address of the repository, `https://…` or `git@…:…`."""

    branch: str = "main"
    """The branch that is deployed."""

    subdir: str = "dags"
    """The DAG folder in the repository; empty for its root."""

    delivery: Delivery = "git-bundle"
    """How Airflow gets the files: its own `GitDagBundle`, or the git-sync sidecar of the chart."""

    executor: Executor = "KubernetesExecutor"
    """The value of Airflow's `[core] executor`."""

    processors: int = 1
    """The number of DAG processors. Each parses all files: a second one adds availability, not speed."""

    pipelines: int = 100
    """The approximate number of pipelines."""

    image: str = "registry.example.com/airflow:latest"
    """The image that the Dockerfile builds, `registry/name:tag`."""

    public: bool = False
    """Whether the repository can be read without credentials."""

    requirements: bool = False
    """Whether the repository has a `requirements.txt` to install in the image."""

    def __attrs_post_init__(self) -> None:
        if not _URL.fullmatch(self.repo):
            raise FlowkitError(
                "Invalid repository address. Use https://host/team/repo.git or git@host:team/repo.git."
            )
        if _WITH_PASSWORD.match(self.repo):
            raise FlowkitError(
                "The repository address contains a user or a password, which would end up in the files. Remove it: "
                f"the deployment reads both from the secret {SECRET!r}."
            )
        if self.processors < 1 or self.pipelines < 1:
            raise FlowkitError("--processors and --pipelines must be positive integers.")

    @property
    def image_parts(self) -> tuple[str, str]:
        """
        The repository and the tag of the image.
        """
        name, colon, tag = self.image.rpartition(":")
        return (name, tag) if colon and "/" not in tag else (self.image, "latest")

    @property
    def parsing_processes(self) -> int:
        """
        The number of files that a DAG processor parses in parallel.
        """
        return min(_MAX_PROCESSES, 2 + self.pipelines // _PIPELINES_PER_PROCESS)

    @property
    def parse_interval(self) -> int:
        """
        Seconds between two parses of an unchanged file.
        """
        return (
            30
            if self.pipelines <= _MAX_PIPELINES_AT_30_S
            else min(600, 30 * self.pipelines // _MAX_PIPELINES_AT_30_S)
        )

    @property
    def write_interval(self) -> int:
        """
        The minimum number of seconds between two writes of the same serialized DAG.
        """
        return 0 if self.pipelines <= _MAX_PIPELINES_AT_30_S else 30

    @property
    def processor_memory(self) -> str:
        """
        The memory of a DAG processor, as a Kubernetes quantity.
        """
        return f"{512 + 512 * self.parsing_processes}Mi"

    @property
    def bundles(self) -> list[dict[str, Any]]:
        """
        Airflow's `[dag_processor] dag_bundle_config_list`.
        """
        if self.delivery == "git-sync":
            return [
                {
                    "name": "dags-folder",
                    "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
                    "kwargs": {},
                }
            ]
        arguments: dict[str, Any] = {
            "repo_url": self.repo,
            "tracking_ref": self.branch,
            "subdir": self.subdir or None,
            "git_conn_id": None if self.public else CONNECTION,
            "refresh_interval": 30,
        }
        given = {name: value for name, value in arguments.items() if value is not None}
        return [
            {
                "name": "pipelines",
                "classpath": "airflow.providers.git.bundles.git.GitDagBundle",
                "kwargs": given,
            }
        ]

    @property
    def bundles_json(self) -> str:
        """
        The same as JSON, for `AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST`.
        """
        return json.dumps(self.bundles)
