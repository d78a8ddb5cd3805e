"""
A group without an id.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Group, Pipeline
from flowkit.airflow.dags import register

register(Pipeline("groups_id_forgotten").then(Group().task("fetch")))  # right: register(Pipeline("groups_id_forgotten").then(Group("layer").task("fetch")))
