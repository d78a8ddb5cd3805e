"""
The files of a deployment, read by those who will read them: the chart's schema, Airflow, and the official client.
"""

from __future__ import annotations

import importlib
import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml  # type: ignore[import-untyped]

from flowkit.base.airflow_versions import NEWEST
from flowkit.base.errors import FlowkitError
from flowkit.scaffold.recipe import CHART, DELIVERIES, EXECUTORS, Recipe
from flowkit.scaffold.recipe_files import FILES, contents, difference
from flowkit.scaffold.writer import write
from tests.support import ROOT

SCHEMA = json.loads(
    (ROOT / f"tests/data/airflow-helm-chart-{CHART}.values.schema.json").read_text(encoding="utf-8")
)
REPO = "https://git.example.com/data/pipelines.git"
RECIPES = [
    Recipe(
        repo=repo,
        delivery=delivery,
        executor=executor,
        public=public,
        subdir=subdir,
        pipelines=pipelines,
        processors=2,
        requirements=public,
        image="registry.example.com:5000/data/airflow:1.2",
    )
    for delivery, executor, (public, subdir, pipelines, repo) in itertools.product(
        DELIVERIES,
        EXECUTORS,
        [(True, "", 100, REPO), (False, "team's: #dags", 50_000, "git@git.example.com:data/pipelines.git")],
    )
]
recipes = pytest.mark.parametrize(
    "recipe", RECIPES, ids=lambda one: f"{one.delivery}-{one.executor}-{one.pipelines}"
)


def values(recipe: Recipe) -> Any:
    return yaml.safe_load(contents(recipe)["deploy/values.yaml"])


@recipes
def test_values_pass_the_schema_of_the_chart(recipe: Recipe) -> None:
    """The chart's own schema accepts the values, and each name of the outermost level is one that it knows."""
    made = values(recipe)

    jsonschema.Draft7Validator(SCHEMA).validate(made)
    assert set(made) <= set(SCHEMA["properties"])
    # `workers.kubernetes` and `workers.celery` are open in the schema, so that a misspelt name would pass.
    for kind in ("celery", "kubernetes"):
        assert set(made["workers"].get(kind, {})) <= set(
            SCHEMA["properties"]["workers"]["properties"][kind]["properties"]
        )


def test_the_schema_can_refuse() -> None:
    """A misspelt name of the values fails, so that the test above means something."""
    made = values(RECIPES[0])
    made["dagProcessor"]["replica"] = 2

    with pytest.raises(jsonschema.ValidationError, match="replica"):
        jsonschema.Draft7Validator(SCHEMA).validate(made)


_READ_SETTINGS = """
import json
from airflow.configuration import conf
from airflow.dag_processing.bundles.manager import _parse_bundle_config, DagBundlesManager
listed = _parse_bundle_config(conf.getjson("dag_processor", "dag_bundle_config_list"))
found = {}
for bundle in DagBundlesManager().get_all_dag_bundles():
    found[bundle.name] = [type(bundle).__name__, bundle.refresh_interval,
                          getattr(bundle, "tracking_ref", None), getattr(bundle, "subdir", None)]
print("RESULT" + json.dumps([len(listed), found]))
"""


@pytest.mark.e2e
def test_airflow_reads_the_bundles(tmp_path: Path) -> None:
    """`DagBundlesManager` makes a `GitDagBundle` of the setting, with the connection from the environment."""
    if not os.environ.get("CI"):
        pytest.importorskip("airflow.providers.git")
    recipe = Recipe(repo=REPO, branch="release", subdir="etl/dags")
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": recipe.bundles_json,
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW_CONN_GIT_DEFAULT": json.dumps({"conn_type": "git", "login": "bot", "password": "x"}),
    }
    done = subprocess.run(
        [sys.executable, "-c", _READ_SETTINGS],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=120,
    )
    assert "RESULT" in done.stdout, done.stderr

    assert json.loads(done.stdout.partition("RESULT")[2]) == [
        1,
        {"pipelines": ["GitDagBundle", 30, "release", "etl/dags"]},
    ]


@recipes
def test_airflow_knows_each_setting(recipe: Recipe) -> None:
    """Each name under `config` is a setting of the Airflow that the recipe is for, of the same type."""
    import airflow
    from airflow.configuration import conf

    if airflow.__version__ != NEWEST:
        pytest.skip(f"the recipe is for Airflow {NEWEST}")
    for section, settings in values(recipe)["config"].items():
        for name, value in settings.items():
            known: Any = conf.configuration_description[section]["options"][name]
            kind: Any = {"integer": int, "float": (int, float), "boolean": str, "string": str}[known["type"]]
            assert isinstance(value, kind), (section, name)


@recipes
def test_what_is_parsed_takes_less_time_than_airflow_gives_it(recipe: Recipe) -> None:
    """A file counts as gone only long after it ought to have been parsed again."""
    settings = values(recipe)["config"]["dag_processor"]

    assert settings["stale_dag_threshold"] > settings["min_file_process_interval"]
    assert 2 <= settings["parsing_processes"] <= 8


def test_edits_are_visible_at_once_in_small_installations() -> None:
    """The one setting that makes half a minute of half a second is 0 until there are very many pipelines."""
    small, big = (Recipe(repo=REPO, pipelines=count) for count in (1_000, 20_000))

    assert values(small)["config"]["core"]["min_serialized_dag_update_interval"] == 0
    assert values(big)["config"]["core"]["min_serialized_dag_update_interval"] == 30
    assert (small.parse_interval, big.parse_interval) == (30, 600)
    assert (small.parsing_processes, big.parsing_processes) == (3, 8)


@recipes
def test_the_pod_template_is_one(recipe: Recipe) -> None:
    """Airflow's generator reads it, the client's models take it, and a `Pod` is merged into it."""
    from kubernetes.client import ApiClient, models

    from flowkit import Pod
    from flowkit.airflow.pods import compile_pod

    template = yaml.safe_load(contents(recipe)["deploy/pod-template.yaml"])
    client: Any = ApiClient()
    read = client._ApiClient__deserialize_model(template, models.V1Pod)
    assert client.sanitize_for_serialization(read) == template

    if not os.environ.get("CI"):
        pytest.importorskip("airflow.providers.cncf.kubernetes")
    generator = importlib.import_module("airflow.providers.cncf.kubernetes.pod_generator").PodGenerator
    merged = generator.reconcile_pods(read, compile_pod(Pod(labels={"team": "orders"}, memory="4Gi")))
    (container,) = merged.spec.containers
    assert container.image == "registry.example.com:5000/data/airflow:1.2"
    assert container.resources.requests == {"memory": "4Gi"}
    assert merged.metadata.labels == {"tier": "airflow", "component": "worker", "team": "orders"}


@recipes
def test_no_file_holds_a_secret(recipe: Recipe) -> None:
    """Credentials are named by the secret that holds them; a public repository needs none."""
    made = contents(recipe)
    read = yaml.safe_load(made["deploy/values.yaml"])
    if recipe.public:
        assert "airflow-git" not in "".join(made.values())
    elif recipe.delivery == "git-bundle":
        assert read["secret"] == [
            {"envName": "AIRFLOW_CONN_GIT_DEFAULT", "secretName": "airflow-git", "secretKey": "connection"}
        ]
    else:
        assert read["dags"]["gitSync"]["credentialsSecret"] == "airflow-git"  # a name


@recipes
def test_the_dockerfile_has_only_known_instructions(recipe: Recipe) -> None:
    """Each line is an instruction, a comment, or goes on from the line before; the versions are pinned."""
    text = contents(recipe)["deploy/Dockerfile"]
    lines = re.sub(r"\\\n\s*", "", text).splitlines()

    assert {line.split()[0] for line in lines if line and not line.startswith("#")} <= {
        "FROM", "USER", "RUN", "ARG", "COPY",
    }  # fmt: skip
    assert f"FROM apache/airflow:{NEWEST}-python3.12" in lines
    installs = [line for line in lines if line.startswith("RUN pip install")]
    assert all(f'"apache-airflow=={NEWEST}"' in line for line in installs)
    assert ("COPY requirements.txt" in text) is recipe.requirements


def test_the_version_is_the_one_of_the_constraints() -> None:
    """The recipe is for the Airflow that the tests run on."""
    assert f"apache-airflow=={NEWEST}\n" in (ROOT / "constraints.txt").read_text(encoding="utf-8")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A file with other content is kept, and the difference is shown; `force` replaces it."""
    texts = contents(Recipe(repo=REPO))
    assert [(file.path, file.outcome) for file in write(texts, tmp_path)] == [
        (path, "written") for path in FILES
    ]
    values_file = tmp_path / "deploy/values.yaml"
    values_file.write_text("mine: true\n", encoding="utf-8")

    first, *others = write(texts, tmp_path)
    assert (first.outcome, {file.outcome for file in others}) == ("kept", {"unchanged"})
    assert "-mine: true" in difference(first)
    assert values_file.read_text(encoding="utf-8") == "mine: true\n"

    assert next(file.outcome for file in write(texts, tmp_path, force=True)) == "replaced"
    assert values_file.read_text(encoding="utf-8") == texts["deploy/values.yaml"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"repo": "pipelines"}, "Invalid repository address. "),
        ({"repo": "https://bot:hunter2@git.example.com/x.git"}, "contains a user or a password"),
        ({"repo": REPO, "processors": 0}, "must be positive integers"),
    ],
)
def test_wrong_recipes_are_refused(arguments: dict[str, Any], message: str) -> None:
    """What cannot work is refused, and a password is not repeated."""
    with pytest.raises(FlowkitError, match=message) as caught:
        Recipe(**arguments)

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("image", "parts"),
    [
        ("a/b:1", ("a/b", "1")),
        ("host:5000/b", ("host:5000/b", "latest")),
        ("host:5000/b:2", ("host:5000/b", "2")),
        ("b", ("b", "latest")),
    ],
)
def test_an_image_has_a_name_and_a_tag(image: str, parts: tuple[str, str]) -> None:
    """The port of a registry is no tag."""
    assert Recipe(repo=REPO, image=image).image_parts == parts
