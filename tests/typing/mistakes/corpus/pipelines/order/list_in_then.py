"""
A list in `.then`, where its items stand.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: `chain` takes lists.

from __future__ import annotations

from flowkit import Pipeline, task
from flowkit.airflow.dags import register

register(Pipeline("order_list_in_then").then([task("a"), task("b")]))  # right: register(Pipeline("order_list_in_then").then(task("a"), task("b")))
