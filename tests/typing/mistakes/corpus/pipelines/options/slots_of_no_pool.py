"""
A task that takes no slot of its pool.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("options_slots_of_no_pool").task("tell", python(tell, "done"), pool_slots=0))  # right: register(Pipeline("options_slots_of_no_pool").task("tell", python(tell, "done"), pool_slots=1))
