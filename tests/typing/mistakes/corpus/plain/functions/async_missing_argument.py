"""
An argument that a coroutine function needs.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
async def download(url: str) -> str:
    return url


with DAG("functions_async_missing_argument", schedule=None):
    download()  # right: download("shop")
