"""
A task in a group that waits for one that the group is to precede.
"""
# Caught by: flowkit check, parse.

from __future__ import annotations

from flowkit import Group, Pipeline, task
from flowkit.airflow.dags import register

last = task("last")
layer = Group("layer").task("fetch", after=last)  # right: layer = Group("layer").task("fetch")
register(Pipeline("order_of_a_group_within").then(layer).then(last))
