"""
An argument that a coroutine function needs.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python_async
from flowkit.airflow.dags import register


async def download(url: str) -> str:
    return url


register(Pipeline("functions_async_missing_argument").task("get", python_async(download)))  # right: register(Pipeline("functions_async_missing_argument").task("get", python_async(download, "shop")))
