"""
A list given to each item's function, where `over` was forgotten.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, each, python, task  # right: from flowkit import Pipeline, each, over, python, task
from flowkit.airflow.dags import register


def fetch_names() -> list[str]:
    return ["corner", "market"]


def tell(text: str) -> None:
    print(text)


names = task("names", python(fetch_names))
register(Pipeline("mapping_over_forgotten").then(names).task("tell", each(tell, names.output)))  # right: register(Pipeline("mapping_over_forgotten").then(names).task("tell", each(tell, over(names.output))))
