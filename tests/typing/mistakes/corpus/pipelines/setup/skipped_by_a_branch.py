"""
A branch that leads to a task inside a setup, and skips the setup.
"""
# Caught by: flowkit check.

from __future__ import annotations

from typing import Literal

from flowkit import Pipeline, branch, setup, task, teardown
from flowkit.airflow.dags import register


def choose() -> Literal["new", "existing"]:
    return "existing"


up, wait, job = setup("up"), task("wait"), task("job", trigger_rule="one_success")
down = teardown("down", setups=up)
pick = task("pick", branch(choose).to({"new": up, "existing": job}))  # right: pick = task("pick", branch(choose).to({"new": up, "existing": ()}))
register(Pipeline("setup_skipped_by_a_branch").then(pick).add(up >> wait >> job >> down))
