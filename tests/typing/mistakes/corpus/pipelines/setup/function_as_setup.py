"""
A function itself as what a setup does.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a function becomes a setup by its decorator.

from __future__ import annotations

from flowkit import Pipeline, setup  # right: from flowkit import Pipeline, python, setup
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


up = setup("up", fetch_orders)  # right: up = setup("up", python(fetch_orders))
register(Pipeline("setup_function_as_setup").then(up).task("load").teardown("down", setups=up))
