"""
`is None` asked of an output: it is never so.
"""
# Caught by: mypy, flowkit check.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def newest() -> str | None:
    return None


found = task("newest", python(newest))
message = "nothing" if found.output is None else "something"  # right: message = "something"
register(Pipeline("data_compared_with_none").then(found).task("tell", python(tell, message)))
