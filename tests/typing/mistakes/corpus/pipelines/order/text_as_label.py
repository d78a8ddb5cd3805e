"""
A text where a label stands.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, task  # right: from flowkit import Pipeline, label, task
from flowkit.airflow.dags import register


fetch, clean = task("fetch"), task("clean")
register(Pipeline("order_text_as_label").add(fetch >> "late" >> clean))  # right: register(Pipeline("order_text_as_label").add(fetch >> label("late") >> clean))
