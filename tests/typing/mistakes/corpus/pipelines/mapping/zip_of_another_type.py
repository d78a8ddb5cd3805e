"""
Items put together whose second ones are of another type than the function takes.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

from flowkit import Pipeline, each, over
from flowkit.airflow.dags import register


def show(row: tuple[str, int]) -> None:
    print(row)


register(Pipeline("mapping_zip_of_another_type").task("show", each(show, over.zip(["corner"], ["5"]))))  # right: register(Pipeline("mapping_zip_of_another_type").task("show", each(show, over.zip(["corner"], [5]))))
