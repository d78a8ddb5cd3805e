"""
A mapped group whose tasks take an item of the mapped group around it.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Group, Pipeline, each_group, over, python
from flowkit.airflow.dags import register


def tell(region: str, shop: str) -> None:
    print(region, shop)


def one_shop(region: str, shop: str) -> Group[None]:
    return Group("shop").task("tell", python(tell, region, shop))


def one_region(region: str) -> Group[None]:
    return Group("region").then(each_group(one_shop, region, over(["corner", "market"])))


regions = each_group(one_region, over(["north", "south"]))  # right: regions = each_group(one_shop, over(["north", "south"]), over(["corner", "market"]))
register(Pipeline("mapping_item_of_the_group_around").then(regions))
