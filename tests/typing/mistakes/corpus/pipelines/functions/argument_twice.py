"""
An argument by position and by name.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("functions_argument_twice").task("tell", python(tell, "done", text="done")))  # right: register(Pipeline("functions_argument_twice").task("tell", python(tell, "done")))
