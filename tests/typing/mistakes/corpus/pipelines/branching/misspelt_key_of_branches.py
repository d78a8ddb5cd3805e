"""
A misspelt key of a branch of several ways.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a branch of Airflow's returns the ids of tasks.

from __future__ import annotations

from typing import Literal

from flowkit import Pipeline, branches, task
from flowkit.airflow.dags import register


def days() -> list[Literal["weekday", "weekend"]]:
    return ["weekday"]


work, rest = task("work"), task("rest")
register(Pipeline("branching_misspelt_key_of_branches").task("choose", branches(days).to({"weekday": work, "wekend": rest})))  # right: register(Pipeline("branching_misspelt_key_of_branches").task("choose", branches(days).to({"weekday": work, "weekend": rest})))
