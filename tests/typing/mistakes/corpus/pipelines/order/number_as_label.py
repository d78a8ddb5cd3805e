"""
A number as the text of an edge.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, label, task
from flowkit.airflow.dags import register

first, last = task("first"), task("last")
register(Pipeline("order_number_as_label").add(first >> label(3) >> last))  # right: register(Pipeline("order_number_as_label").add(first >> label("3") >> last))
