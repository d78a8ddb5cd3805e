"""
A function that makes a group, in `each_kwargs`.
"""
# Caught by: pyright, pyright with stubs, basedpyright, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a group is mapped by its own method.

from __future__ import annotations

from flowkit import Group, Pipeline, each_kwargs, python  # right: from flowkit import Group, Pipeline, each_group_kwargs, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def one_region(region: str) -> Group[None]:
    return Group("region").task("tell", python(tell, region))


register(Pipeline("mapping_group_by_each_kwargs").task("regions", each_kwargs(one_region, [{"region": "north"}])))  # right: register(Pipeline("mapping_group_by_each_kwargs").then(each_group_kwargs(one_region, [{"region": "north"}])))
