"""
An output compared with a text.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def region() -> str:
    return "north"


found = task("region", python(region))
message = "cold" if found.output == "north" else "warm"  # right: message = "cold"
register(Pipeline("data_compared_with_a_text").then(found).task("tell", python(tell, message)))
