"""
One item of a list that a task returns.
"""
# Caught by: flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_names() -> list[str]:
    return ["corner", "market"]


def tell(text: str) -> None:
    print(text)


names = task("names", python(fetch_names))
register(Pipeline("data_item_of_a_list").then(names).task("tell", python(tell, names.output[0])))  # right: register(Pipeline("data_item_of_a_list").then(names).task("tell", python(tell, "corner")))
