"""
An arrow between two lists, which Python does not know.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, task
from flowkit.airflow.dags import register

a, b, c, d = task("a"), task("b"), task("c"), task("d")
register(Pipeline("order_two_lists").add([a, b] >> [c, d]))  # right: register(Pipeline("order_two_lists").add(a >> [c, d], b >> [c, d]))
