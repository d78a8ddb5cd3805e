"""
The result of a coroutine function, given to a function of another type.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
async def download(url: str) -> str:
    return url


@task
def add_up(amounts: list[float]) -> float:
    return sum(amounts)


with DAG("data_output_of_a_coroutine", schedule=None):
    page = download("shop")
    add_up(page)  # right: add_up([1.5])
