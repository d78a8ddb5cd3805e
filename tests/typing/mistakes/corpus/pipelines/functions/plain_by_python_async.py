"""
A plain function in `python_async`.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: `@task` takes both kinds of functions.

from __future__ import annotations

from flowkit import Pipeline, python_async  # right: from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("functions_plain_by_python_async").task("tell", python_async(tell, "done")))  # right: register(Pipeline("functions_plain_by_python_async").task("tell", python(tell, "done")))
