"""
`over` as an argument of `python`, which maps nothing.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, over, python  # right: from flowkit import Pipeline, each, over
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("mapping_over_in_python").task("tell", python(tell, over(["corner", "market"]))))  # right: register(Pipeline("mapping_over_in_python").task("tell", each(tell, over(["corner", "market"]))))
