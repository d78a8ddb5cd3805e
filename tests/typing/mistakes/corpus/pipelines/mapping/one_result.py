"""
The results of a mapped task, taken for one of them.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from flowkit import Pipeline, each, over, python, task  # right: from flowkit import Pipeline, each, over, task
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def shout(text: str) -> str:
    return text.upper()


loud = task("loud", each(shout, over(["corner", "market"])))
register(Pipeline("mapping_one_result").then(loud).task("tell", python(tell, loud.output)))  # right: register(Pipeline("mapping_one_result").then(loud).task("tell", each(tell, over(loud.output))))
