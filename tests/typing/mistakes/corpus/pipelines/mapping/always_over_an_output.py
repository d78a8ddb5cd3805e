"""
A task that is mapped over an output and does not wait for it.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, each, over, python, task
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def list_shops() -> list[str]:
    return ["corner", "market"]


shops = task("shops", python(list_shops))
told = task("tell", each(tell, over(shops.output)), trigger_rule="always")  # right: told = task("tell", each(tell, over(shops.output)), trigger_rule="all_done")
register(Pipeline("mapping_always_over_an_output").then(shops).then(told))
