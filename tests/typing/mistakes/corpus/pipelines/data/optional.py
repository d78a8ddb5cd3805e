"""
A value that may be None, given to a function that does not take None.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def newest() -> str | None:
    return None


found = task("newest", python(newest))
register(
    Pipeline("data_optional")
    .then(found)
    .task("tell", python(tell, found.output))  # right: .task("tell", python(print, found.output))
)
