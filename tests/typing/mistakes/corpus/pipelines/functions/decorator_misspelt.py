"""
A misspelt name of one of Airflow's task decorators.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("functions_decorator_misspelt").task("tell", python(tell, "done").by("virtual_env", requirements=["attrs"])))  # right: register(Pipeline("functions_decorator_misspelt").task("tell", python(tell, "done").by("virtualenv", requirements=["attrs"])))
