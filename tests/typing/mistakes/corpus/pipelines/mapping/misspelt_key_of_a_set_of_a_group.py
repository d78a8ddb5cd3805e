"""
A misspelt argument in a set of them for a mapped group.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Group, Pipeline, each_group_kwargs, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def one_region(region: str, year: int) -> Group[None]:
    return Group("region").task("tell", python(tell, region))


register(Pipeline("mapping_misspelt_key_of_a_set_of_a_group").then(each_group_kwargs(one_region, [{"regoin": "north", "year": 2026}])))  # right: register(Pipeline("mapping_misspelt_key_of_a_set_of_a_group").then(each_group_kwargs(one_region, [{"region": "north", "year": 2026}])))
