"""
The id of a task in a `chain`.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, chain, task
from flowkit.airflow.dags import register

first, last = task("first"), task("last")
register(Pipeline("order_id_in_a_chain").add(chain(first, "last")))  # right: register(Pipeline("order_id_in_a_chain").add(chain(first, last)))
