"""
`isinstance` asked of an output: it is never so.
"""
# Caught by: mypy, flowkit check.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def newest() -> str | float:
    return "corner"


found = task("newest", python(newest))
message = "text" if isinstance(found.output, str) else "number"  # right: message = "text"
register(Pipeline("data_isinstance").then(found).task("tell", python(tell, message)))
