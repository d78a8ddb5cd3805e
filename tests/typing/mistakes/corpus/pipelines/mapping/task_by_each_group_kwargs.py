"""
A plain function in `each_group_kwargs`.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a function becomes a task or a group by its decorator.

from __future__ import annotations

from flowkit import Pipeline, each_group_kwargs  # right: from flowkit import Pipeline, each_kwargs
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("mapping_task_by_each_group_kwargs").then(each_group_kwargs(tell, [{"text": "north"}])))  # right: register(Pipeline("mapping_task_by_each_group_kwargs").task("tell", each_kwargs(tell, [{"text": "north"}])))
