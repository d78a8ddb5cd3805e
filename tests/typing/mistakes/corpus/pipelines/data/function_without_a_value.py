"""
The output of a function that returns nothing.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


told = task("tell", python(tell, "begin"))
register(
    Pipeline("data_function_without_a_value")
    .then(told)
    .task("again", python(tell, told.output))  # right: .task("again", python(tell, "end"))
)
