"""
The results of a mapped group, mapped over.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from collections.abc import Sequence

from flowkit import Group, Pipeline, each, each_group, over, python, task
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def as_list(texts: Sequence[str]) -> list[str]:
    return list(texts)


def shout(text: str) -> str:
    return text.upper()


def one_region(region: str) -> Group[str]:
    loud = task("shout", python(shout, region))
    return Group("region").then(loud).returns(loud)


regions = each_group(one_region, over(["north", "south"]))
between = task("between", python(as_list, regions.output))
again = task("tell", each(tell, over(regions.output)))  # right: again = task("tell", each(tell, over(between.output)))
register(Pipeline("mapping_over_results_of_a_group").then(regions).then(between).then(again))
