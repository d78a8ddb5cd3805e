"""
One set of arguments, where `each_kwargs` takes a list of them.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, each_kwargs
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("mapping_one_set_of_arguments").task("tell", each_kwargs(tell, {"text": "north"})))  # right: register(Pipeline("mapping_one_set_of_arguments").task("tell", each_kwargs(tell, [{"text": "north"}])))
