"""
Tasks that wait for each other.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, task
from flowkit.airflow.dags import register

a, b, c = task("a"), task("b"), task("c")
register(Pipeline("order_cycle").add(a >> b >> c, c >> a))  # right: register(Pipeline("order_cycle").add(a >> b >> c))
