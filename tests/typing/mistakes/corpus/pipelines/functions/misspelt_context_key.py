"""
A misspelt key of the context within a function.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from flowkit import Pipeline, context, python
from flowkit.airflow.dags import register


def show() -> None:
    print(context()["logical_dat"])  # right: print(context()["logical_date"])


register(Pipeline("functions_misspelt_context_key").task("show", python(show)))
