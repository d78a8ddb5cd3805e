"""
A mapped short circuit.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Group, Pipeline, each, over, python  # right: from flowkit import Group, Pipeline, each_group, over, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def is_open(shop: str) -> bool:
    return shop != "market"


def one_shop(shop: str) -> Group[None]:
    return Group("shop").task("open", python(is_open, shop).by("short_circuit")).task("tell", python(tell, shop))


shops = Group("shops").task("open", each(is_open, over(["corner", "market"])).by("short_circuit")).task("tell", python(tell, "x"))  # right: shops = each_group(one_shop, over(["corner", "market"]))
register(Pipeline("mapping_mapped_short_circuit").then(shops))
