"""
A plain function in `each_group`.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a function becomes a task or a group by its decorator.

from __future__ import annotations

from flowkit import Pipeline, each_group, over  # right: from flowkit import Pipeline, each, over
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("mapping_task_by_each_group").then(each_group(tell, over(["north"]))))  # right: register(Pipeline("mapping_task_by_each_group").task("tell", each(tell, over(["north"]))))
