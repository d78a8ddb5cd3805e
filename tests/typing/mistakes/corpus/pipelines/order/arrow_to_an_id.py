"""
An arrow to the id of a task.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, task
from flowkit.airflow.dags import register

a = task("a")
register(Pipeline("order_arrow_to_an_id").add(a >> "b").task("b"))  # right: register(Pipeline("order_arrow_to_an_id").add(a).task("b", after="a"))
