"""
A misspelt option of a task in a group.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Group, Pipeline
from flowkit.airflow.dags import register

register(Pipeline("groups_misspelt_option_in_a_group").then(Group("layer").task("fetch", retires=3)))  # right: register(Pipeline("groups_misspelt_option_in_a_group").then(Group("layer").task("fetch", retries=3)))
