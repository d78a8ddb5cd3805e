"""
A wrong argument of a function that makes a group.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from flowkit import Group, Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def ingestion(table: str) -> Group[None]:
    return Group("ingestion").task("tell", python(tell, table))


register(Pipeline("groups_argument_of_a_shared_group").then(ingestion(3)))  # right: register(Pipeline("groups_argument_of_a_shared_group").then(ingestion("orders")))
