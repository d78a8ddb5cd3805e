"""
`flowkit recipe`: the files that a deployment on Kubernetes needs.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flowkit.cli import output
from flowkit.cli.parser import whole_number
from flowkit.scaffold.recipe import DELIVERIES, EXECUTORS, Recipe
from flowkit.scaffold.recipe_files import write

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_to(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """
    Add this command to the command line.
    """
    help_text = "write what a deployment on Kubernetes needs"
    description = (
        "Write values for Airflow's Helm chart, a Dockerfile and a pod template for the pipelines of a repository, "
        "into the folder deploy. It talks to no cluster, and replaces no file. Exit code: 0 written, 1 files that "
        "say something else were kept, 2 used in a wrong way."
    )
    epilog = "Example: flowkit recipe https://git.example.com/data/pipelines.git --pipelines 500"
    parser = commands.add_parser("recipe", help=help_text, description=description, epilog=epilog)
    parser.add_argument("repo", metavar="REPO", help="the address of the git repository, https://… or git@…")
    parser.add_argument("--branch", default="main", help="the branch to deploy (default: main)")
    parser.add_argument(
        "--subdir", default="dags", help="the folder of the DAG files in it (default: dags; '' for the root)"
    )
    parser.add_argument(
        "--delivery",
        choices=DELIVERIES,
        default="git-bundle",
        help="how the files get there: Airflow's own GitDagBundle, or a git-sync sidecar (default: git-bundle)",
    )
    parser.add_argument(
        "--executor",
        choices=EXECUTORS,
        metavar="NAME",
        default="KubernetesExecutor",
        help=f"{_any_of(EXECUTORS)} (default: KubernetesExecutor)",
    )
    parser.add_argument(
        "--processors", type=whole_number, default=1, metavar="N", help="DAG processors (default: 1)"
    )
    parser.add_argument(
        "--pipelines",
        type=whole_number,
        default=100,
        metavar="N",
        help="about how many there are (default: 100)",
    )
    parser.add_argument(
        "--image", default="registry.example.com/airflow:latest", help="the image that the Dockerfile makes"
    )
    parser.add_argument("--public", action="store_true", help="everybody may read the repository: no secret")
    parser.add_argument("--force", action="store_true", help="replace files that say something else")
    parser.set_defaults(command=write_recipe)


def _any_of(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def write_recipe(args: argparse.Namespace) -> int:
    """
    Write the files, and say what became of each.
    """
    root = Path()
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
        requirements=(root / "requirements.txt").is_file(),
    )
    out = output.console()
    kept = False
    for file in write(recipe, root, force=args.force):
        out.print(f"{file.path}: {file.outcome}")
        if file.outcome == "kept":
            kept = True
            out.print(file.difference)
    if kept:
        output.error("Files that say something else were kept. --force replaces them.")
        return output.EXIT_FAILURE
    out.print("Next: read deploy/values.yaml; its first lines say what to run.")
    return output.EXIT_OK
