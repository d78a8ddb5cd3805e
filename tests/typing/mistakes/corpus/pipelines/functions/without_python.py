"""
A function itself as the action of a task.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a function becomes a task by `@task` or by PythonOperator.

from __future__ import annotations

from flowkit import Pipeline  # right: from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("functions_without_python").task("fetch", fetch_orders))  # right: register(Pipeline("functions_without_python").task("fetch", python(fetch_orders)))
