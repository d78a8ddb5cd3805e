"""
Whether the ids in a group begin with its own, as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Group, Pipeline
from flowkit.airflow.dags import register

register(Pipeline("groups_prefix_as_text").then(Group("layer", prefix_group_id="no").task("fetch")))  # right: register(Pipeline("groups_prefix_as_text").then(Group("layer", prefix_group_id=False).task("fetch")))
