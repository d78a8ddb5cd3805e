"""
An argument that the function of a mapped group needs.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Group, Pipeline, each_group, over, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def one_region(region: str, year: int) -> Group[None]:
    return Group("region").task("tell", python(tell, region))


register(Pipeline("mapping_argument_of_a_mapped_group_forgotten").then(each_group(one_region, over(["north"]))))  # right: register(Pipeline("mapping_argument_of_a_mapped_group_forgotten").then(each_group(one_region, over(["north"]), 2026)))
