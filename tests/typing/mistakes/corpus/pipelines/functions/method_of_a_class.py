"""
A method taken from its class, which then lacks the object.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: `@task` decorates functions, not methods of objects.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


class Shop:
    def open(self, hour: int) -> None:
        print(hour)


register(Pipeline("functions_method_of_a_class").task("open", python(Shop.open, 6)))  # right: register(Pipeline("functions_method_of_a_class").task("open", python(Shop().open, 6)))
