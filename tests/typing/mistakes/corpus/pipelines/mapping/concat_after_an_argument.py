"""
Concatenated outputs that are mapped over after another argument.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, each, items, over, python, task  # right: from flowkit import Pipeline, each, over, python, task
from flowkit.airflow.dags import register


def list_shops() -> list[str]:
    return ["corner", "market"]


def tell(day: str, shop: str) -> None:
    print(day, shop)


shops, more = task("shops", python(list_shops)), task("more", python(list_shops))
told = task("tell", each(tell, over(["monday"]), over(items.concat(shops.output, more.output))))  # right: told = task("tell", each(tell, over(["monday"]), over(shops.output)))
register(Pipeline("mapping_concat_after_an_argument").then(shops, more).then(told))
