"""
An arrow from a task to a pipeline.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, task
from flowkit.airflow.dags import register

first = task("first")
sales = Pipeline("order_arrow_to_a_pipeline").then(first)
register(first >> sales)  # right: register(sales)
