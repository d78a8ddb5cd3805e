"""
A mapped task in a mapped group.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Group, Pipeline, each, each_group, over  # right: from flowkit import Group, Pipeline, each_group, over, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def one_region(region: str) -> Group[None]:
    return Group("region").task("tell", each(tell, over(["corner", "market"])))  # right: return Group("region").task("tell", python(tell, region))


register(Pipeline("mapping_each_in_each_group").then(each_group(one_region, over(["north", "south"]))))
