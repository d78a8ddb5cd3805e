"""
Mistakes with `generate` and `register`.
"""

from __future__ import annotations

import attrs

from flowkit import Group, Pipeline, generate, task
from flowkit.airflow.dags import register


@attrs.frozen
class Source:
    """
    What to run.
    """

    id: str


SOURCES = [Source("users")]


def ingest(source: Source) -> Pipeline:
    """
    How to run it.
    """
    return Pipeline(source.id).task("start")


def forgets(source: Source) -> None:
    """
    Nothing is returned.
    """
    Pipeline(source.id).task("start")


def makes_a_group(source: Source) -> Group[None]:
    """
    Something else is returned.
    """
    return Group(source.id).task("start")


def leaves_open(source: Source) -> Pipeline:
    """
    The group is not closed.
    """
    return Pipeline(source.id).group("g").task("start")  # rejected: OpenGroup


# The function and the configurations fit each other.
generate(ingest, ["users"])  # rejected
generate(ingest, Source("users"))  # rejected
generate(ingest)  # rejected: configs
generate(ingest(Source("users")), SOURCES)  # rejected
generate(forgets, SOURCES)  # rejected
generate(makes_a_group, SOURCES)  # rejected
generate(ingest, SOURCES, dag_id="users")  # rejected: dag_id
generate(ingest, SOURCES, dag_id=len)  # rejected, pyright at length
generate(SOURCES, ingest)  # rejected

# `register` takes pipelines.
register(Group("g").task("a"))  # rejected: register
register(task("a"))  # rejected: register
register(ingest)  # rejected: register
register("users")  # rejected, pyright at length: register
register(Pipeline("p").group("g"))  # rejected: register
register([task("a")])  # rejected
register(Pipeline("p"), namespace="module")  # rejected: namespace
register(Pipeline("p"), retries=3)  # rejected: retries
