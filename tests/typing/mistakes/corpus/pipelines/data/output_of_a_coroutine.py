"""
The result of a coroutine function, given to a function of another type.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from flowkit import Pipeline, python, python_async, task
from flowkit.airflow.dags import register


async def download(url: str) -> str:
    return url


def add_up(amounts: list[float]) -> float:
    return sum(amounts)


page = task("page", python_async(download, "shop"))
register(Pipeline("data_output_of_a_coroutine").then(page).task("total", python(add_up, page.output)))  # right: register(Pipeline("data_output_of_a_coroutine").then(page).task("total", python(add_up, [1.5])))
