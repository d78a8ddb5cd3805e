"""
The id of a task in `.then`.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: there is no chain.

from __future__ import annotations

from flowkit import Pipeline, task
from flowkit.airflow.dags import register

last = task("last")
register(Pipeline("order_id_in_then").task("first").then("last"))  # right: register(Pipeline("order_id_in_then").task("first").then(last))
