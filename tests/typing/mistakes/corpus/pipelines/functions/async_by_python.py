"""
A coroutine function in `python`, whose output is taken for the value.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: `@task` takes both kinds of functions.

from __future__ import annotations

from flowkit import Pipeline, python, task  # right: from flowkit import Pipeline, python, python_async, task
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


async def download() -> str:
    return "orders"


fetched = task("fetch", python(download))  # right: fetched = task("fetch", python_async(download))
register(Pipeline("functions_async_by_python").then(fetched).task("tell", python(tell, fetched.output)))
