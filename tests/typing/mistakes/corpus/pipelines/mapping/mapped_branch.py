"""
A mapped branch.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from typing import Literal

from flowkit import Group, Pipeline, branch, each, over, python, task  # right: from flowkit import Group, Pipeline, branch, each_group, over, python, task
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def size_of(shop: str) -> Literal["small", "large"]:
    return "small" if shop == "corner" else "large"


def one_shop(shop: str) -> Group[None]:
    small, large = task("small", python(tell, shop)), task("large", python(tell, shop))
    return Group("shop").task("size", branch(size_of, shop).to({"small": small, "large": large}))


shops = Group("shop").task("size", each(size_of, over(["corner", "market"])).by("branch")).task("small").task("large")  # right: shops = each_group(one_shop, over(["corner", "market"]))
register(Pipeline("mapping_mapped_branch").then(shops))
