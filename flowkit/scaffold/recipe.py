"""
What a deployment is told: the repository, the executor, how many pipelines; and what follows from it.
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
"""The version of Airflow's official Helm chart that the recipe is for, with Airflow in its `NEWEST` version."""

CONNECTION: Final = "git_default"
SECRET: Final = "airflow-git"  # noqa: S105 # the name of one

# Up to here a processor that parses every 30 s keeps up; from there on it parses less often instead.
_SMALL = 1_000
_PER_PROCESS = 1_000
_MOST_PROCESSES = 8
_URL = re.compile(r"(https?://|ssh://|file:///)\S+|[\w.-]+@[\w.-]+:\S+")
_WITH_PASSWORD = re.compile(r"https?://[^/\s]*@")


@final
@attrs.frozen(kw_only=True)
class Recipe:
    """
    A deployment of Airflow for the pipelines of one git repository.

    Raises:
        FlowkitError: If the repository is no address that git takes, or holds a password.
    """

    repo: str
    """The address of the repository, `https://…` or `git@…:…`."""

    branch: str = "main"
    """The branch that is deployed."""

    subdir: str = "dags"
    """The folder of the DAG files in the repository; empty: its root."""

    delivery: Delivery = "git-bundle"
    """How the files get there: Airflow's own `GitDagBundle`, or the git-sync sidecar of the chart."""

    executor: Executor = "KubernetesExecutor"
    """The value of Airflow's `[core] executor`."""

    processors: int = 1
    """How many DAG processors run. Each of them parses all files: a second one is for the case that one fails."""

    pipelines: int = 100
    """About how many pipelines there are."""

    image: str = "registry.example.com/airflow:latest"
    """The image that the Dockerfile makes, `registry/name:tag`."""

    public: bool = False
    """Whether everybody may read the repository."""

    requirements: bool = False
    """Whether the repository has a `requirements.txt` for the image."""

    def __attrs_post_init__(self) -> None:
        if not _URL.fullmatch(self.repo):
            raise FlowkitError(
                "That is no address of a repository. Write https://host/team/repo.git or git@host:team/repo.git."
            )
        if _WITH_PASSWORD.match(self.repo):
            raise FlowkitError(
                "The address of the repository holds a user or a password, which would stand in the files. Leave it "
                f"out: the recipe reads both from the secret {SECRET!r}."
            )
        if self.processors < 1 or self.pipelines < 1:
            raise FlowkitError("--processors and --pipelines take whole numbers from 1.")

    @property
    def image_parts(self) -> tuple[str, str]:
        """
        Repository and tag of the image.
        """
        name, colon, tag = self.image.rpartition(":")
        return (name, tag) if colon and "/" not in tag else (self.image, "latest")

    @property
    def parsing_processes(self) -> int:
        """
        How many files a DAG processor parses at once.
        """
        return min(_MOST_PROCESSES, 2 + self.pipelines // _PER_PROCESS)

    @property
    def parse_interval(self) -> int:
        """
        Seconds between two parses of an unchanged file.
        """
        return 30 if self.pipelines <= _SMALL else min(600, 30 * self.pipelines // _SMALL)

    @property
    def write_interval(self) -> int:
        """
        Seconds for which a DAG that was just written is not written again.
        """
        return 0 if self.pipelines <= _SMALL else 30

    @property
    def processor_memory(self) -> str:
        """
        Memory for a DAG processor, as a Kubernetes quantity.
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
        kept = {name: value for name, value in arguments.items() if value is not None}
        return [
            {
                "name": "pipelines",
                "classpath": "airflow.providers.git.bundles.git.GitDagBundle",
                "kwargs": kept,
            }
        ]

    @property
    def bundles_json(self) -> str:
        """
        The same as the text that Airflow reads from `AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST`.
        """
        return json.dumps(self.bundles)
