"""
A misspelt option among the defaults of all tasks.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(
    Pipeline("options_task_option_in_defaults")
    .defaults(ownr="data-platform")  # right: .defaults(owner="data-platform")
    .task("fetch", python(fetch_orders))
)
