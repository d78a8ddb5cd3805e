"""
`flowkit recipe`: write the files for a deployment on Kubernetes.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from flowkit.cli import output
from flowkit.cli.parser import positive_integer
from flowkit.scaffold.recipe import DELIVERIES, EXECUTORS, Recipe
from flowkit.scaffold.recipe_files import contents, difference
from flowkit.scaffold.writer import write


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Describe this command to the command line.
    """
    parser.description = (
        "Write values for Airflow's Helm chart, a Dockerfile and a pod template for the pipelines of a repository, "
        "to the folder deploy. Connects to no cluster and overwrites no file. Exit code: 0 files written, 1 existing "
        "files with other content were kept, 2 usage error."
    )
    parser.epilog = "Example: flowkit recipe https://git.example.com/data/pipelines.git --pipelines 500"
    add = parser.add_argument
    add("repo", metavar="REPO", help="address of the git repository, https://… or git@…")
    add("--branch", default="main", help="branch to deploy (default: main)")
    add("--subdir", default="dags", help="DAG folder in the repository (default: dags; '' for the root)")
    add(
        "--delivery",
        choices=DELIVERIES,
        default="git-bundle",
        help="how Airflow gets the files: its own GitDagBundle or a git-sync sidecar (default: git-bundle)",
    )
    add(
        "--executor",
        choices=EXECUTORS,
        metavar="NAME",
        default="KubernetesExecutor",
        help=f"{', '.join(EXECUTORS[:-1])} or {EXECUTORS[-1]} (default: KubernetesExecutor)",
    )
    number = partial(add, type=positive_integer, metavar="N")
    number("--processors", default=1, help="number of DAG processors (default: 1)")
    number("--pipelines", default=100, help="approximate number of pipelines (default: 100)")
    add("--image", default="registry.example.com/airflow:latest", help="image that the Dockerfile builds")
    add("--public", action="store_true", help="the repository is public: no secret is needed")
    add("--force", action="store_true", help="overwrite existing files")
    parser.set_defaults(command=write_recipe)


def write_recipe(args: argparse.Namespace) -> int:
    """
    Write the files and print the outcome of each.
    """
    recipe = Recipe(
        repo=args.repo,
        branch=args.branch,
        subdir=args.subdir.strip("/"),
        delivery=args.delivery,
        executor=args.executor,
        processors=args.processors,
        pipelines=args.pipelines,
        image=args.image,
        public=args.public,
        requirements=Path("requirements.txt").is_file(),
    )
    out = output.console()
    files = write(contents(recipe), Path(), force=args.force)
    for file in files:
        out.print(f"{file.path}: {file.outcome}")
        if file.outcome == "kept":
            out.print(difference(file))
        elif file.outcome == "failed":
            output.error(f"Cannot write {file.path}: {file.reason}.")
    outcomes = {file.outcome for file in files}
    if "kept" in outcomes:
        output.error("Existing files were kept. Use --force to overwrite them.")
    if outcomes & {"kept", "failed"}:
        return output.EXIT_FAILURE
    out.print("Next: follow the comments at the top of deploy/values.yaml.")
    return output.EXIT_OK
