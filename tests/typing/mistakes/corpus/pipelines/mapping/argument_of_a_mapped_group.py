"""
An argument of a function that makes a mapped group, of another type.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from flowkit import Group, Pipeline, each_group, over, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def one_region(region: str, year: int) -> Group[None]:
    return Group("region").task("tell", python(tell, region))


register(Pipeline("mapping_argument_of_a_mapped_group").then(each_group(one_region, over(["north"]), "2026")))  # right: register(Pipeline("mapping_argument_of_a_mapped_group").then(each_group(one_region, over(["north"]), 2026)))
