"""
A function that makes a group, in `each`.
"""
# Caught by: pyright, pyright with stubs, basedpyright, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a group is mapped by its own method.

from __future__ import annotations

from flowkit import Group, Pipeline, each, over, python  # right: from flowkit import Group, Pipeline, each_group, over, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def one_region(region: str) -> Group[None]:
    return Group("region").task("tell", python(tell, region))


register(Pipeline("mapping_group_by_each").task("regions", each(one_region, over(["north", "south"]))))  # right: register(Pipeline("mapping_group_by_each").then(each_group(one_region, over(["north", "south"]))))
