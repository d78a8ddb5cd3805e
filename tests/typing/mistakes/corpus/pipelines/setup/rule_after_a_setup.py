"""
Another trigger rule right after a setup.
"""
# Caught by: flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, setup
from flowkit.airflow.dags import register

up = setup("up")
register(
    Pipeline("setup_rule_after_a_setup")
    .then(up)
    .task("load", trigger_rule="none_failed")  # right: .task("load")
    .teardown("down", setups=up)
)
