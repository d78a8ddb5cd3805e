"""
A loop over an output while the pipeline is built.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, parse.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def fetch_names() -> list[str]:
    return ["corner", "market"]


@task
def tell(text: str) -> None:
    print(text)


with DAG("data_loop", schedule=None):
    for name in fetch_names():  # right: for name in ["corner", "market"]:
        tell(name)
