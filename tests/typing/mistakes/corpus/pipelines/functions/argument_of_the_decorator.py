"""
A misspelt argument of one of Airflow's task decorators.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("functions_argument_of_the_decorator").task("tell", python(tell, "done").by("virtualenv", requirments=["attrs"])))  # right: register(Pipeline("functions_argument_of_the_decorator").task("tell", python(tell, "done").by("virtualenv", requirements=["attrs"])))
