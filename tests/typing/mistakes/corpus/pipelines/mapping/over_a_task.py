"""
A task, and not its output, that is mapped over.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, each, over, python, task
from flowkit.airflow.dags import register


def fetch_names() -> list[str]:
    return ["corner", "market"]


def tell(text: str) -> None:
    print(text)


names = task("names", python(fetch_names))
register(Pipeline("mapping_over_a_task").then(names).task("tell", each(tell, over(names))))  # right: register(Pipeline("mapping_over_a_task").then(names).task("tell", each(tell, over(names.output))))
