"""
Tasks, and not their outputs, put together item by item.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: what a decorated function returns is the task and its output.

from __future__ import annotations

from flowkit import Pipeline, each, items, over, python, task
from flowkit.airflow.dags import register


def names() -> list[str]:
    return ["north", "south"]


def show(pair: tuple[str, str]) -> None:
    print(pair)


first, second = task("first", python(names)), task("second", python(names))
zipped = items.zip(first, second)  # right: zipped = items.zip(first.output, second.output)
register(Pipeline("mapping_tasks_put_together").then(first, second).task("show", each(show, over(zipped))))
