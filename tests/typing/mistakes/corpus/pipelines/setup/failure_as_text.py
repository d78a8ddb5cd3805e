"""
Whether a failed teardown fails the run, as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, setup
from flowkit.airflow.dags import register

up = setup("up")
register(Pipeline("setup_failure_as_text").then(up).task("load").teardown("down", setups=up, on_failure_fail_dagrun="yes"))  # right: register(Pipeline("setup_failure_as_text").then(up).task("load").teardown("down", setups=up, on_failure_fail_dagrun=True))
