"""
A task, and not its output, concatenated with others.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: what a decorated function returns is the task and its output.

from __future__ import annotations

from flowkit import Pipeline, each, items, over, python, task
from flowkit.airflow.dags import register


def list_shops() -> list[str]:
    return ["corner", "market"]


def tell(text: str) -> None:
    print(text)


shops, more = task("shops", python(list_shops)), task("more", python(list_shops))
register(Pipeline("mapping_concat_of_a_task").then(shops, more).task("tell", each(tell, over(items.concat(shops.output, more)))))  # right: register(Pipeline("mapping_concat_of_a_task").then(shops, more).task("tell", each(tell, over(items.concat(shops.output, more.output)))))
