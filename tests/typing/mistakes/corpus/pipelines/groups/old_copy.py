"""
An arrow from an old copy of a group.
"""
# Caught by: flowkit check, parse.
# In plain Airflow: cannot be made: a group is changed in place.

from __future__ import annotations

from flowkit import Group, Pipeline, task
from flowkit.airflow.dags import register

checks = Group("checks").task("schema")
more_checks = checks.task("range")  # right: checks = checks.task("range")
alert = task("alert")
register(Pipeline("groups_old_copy").then(more_checks).add(checks >> alert))  # right: register(Pipeline("groups_old_copy").then(checks).add(checks >> alert))
