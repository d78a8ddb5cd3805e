"""
A number of times, where items are mapped.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, each, over
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("mapping_over_a_number").task("tell", each(tell, over(3))))  # right: register(Pipeline("mapping_over_a_number").task("tell", each(tell, over(["a", "b", "c"]))))
