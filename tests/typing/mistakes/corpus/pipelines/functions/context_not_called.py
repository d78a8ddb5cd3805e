"""
The context asked for a key without the brackets that call it.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from flowkit import Pipeline, context, python
from flowkit.airflow.dags import register


def tell() -> None:
    print(context["run_id"])  # right: print(context()["run_id"])


register(Pipeline("functions_context_not_called").task("tell", python(tell)))
