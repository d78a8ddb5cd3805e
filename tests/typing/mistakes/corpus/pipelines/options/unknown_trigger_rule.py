"""
A trigger rule that does not exist.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


def tell(text: str) -> None:
    print(text)


register(
    Pipeline("options_unknown_trigger_rule")
    .task("fetch", python(fetch_orders))
    .task("alert", python(tell, "done"), trigger_rule="all_sucess")  # right: .task("alert", python(tell, "done"), trigger_rule="all_success")
)
