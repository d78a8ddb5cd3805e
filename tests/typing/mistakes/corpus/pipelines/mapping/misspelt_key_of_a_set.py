"""
A misspelt argument in one of several sets of them.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, each_kwargs
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("mapping_misspelt_key_of_a_set").task("tell", each_kwargs(tell, [{"text": "north"}, {"txet": "south"}])))  # right: register(Pipeline("mapping_misspelt_key_of_a_set").task("tell", each_kwargs(tell, [{"text": "north"}, {"text": "south"}])))
