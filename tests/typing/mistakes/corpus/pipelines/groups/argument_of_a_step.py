"""
A shared step of the chain that lacks an argument.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: there is no `.apply`.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def told(base: Pipeline, text: str) -> Pipeline:
    return base.task("tell", python(tell, text))


register(Pipeline("groups_argument_of_a_step").apply(told))  # right: register(Pipeline("groups_argument_of_a_step").apply(told, "done"))
