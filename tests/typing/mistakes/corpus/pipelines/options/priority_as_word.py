"""
A priority as a word.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("options_priority_as_word").task("tell", python(tell, "done"), priority_weight="high"))  # right: register(Pipeline("options_priority_as_word").task("tell", python(tell, "done"), priority_weight=10))
