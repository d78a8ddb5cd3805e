"""
A label that leads to no task.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, label, task
from flowkit.airflow.dags import register


fetch, clean = task("fetch"), task("clean")
register(Pipeline("order_label_at_the_end").add(fetch >> label("late")).add(clean))  # right: register(Pipeline("order_label_at_the_end").add(fetch >> label("late") >> clean))
