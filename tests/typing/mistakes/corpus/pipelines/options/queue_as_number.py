"""
A number instead of the name of a queue.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("options_queue_as_number").task("tell", python(tell, "done"), queue=1))  # right: register(Pipeline("options_queue_as_number").task("tell", python(tell, "done"), queue="1"))
