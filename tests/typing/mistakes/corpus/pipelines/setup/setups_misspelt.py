"""
The misspelt word for the setups of a teardown.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, setup
from flowkit.airflow.dags import register

up = setup("up")
register(Pipeline("setup_setups_misspelt").then(up).task("load").teardown("down", setup=up))  # right: register(Pipeline("setup_setups_misspelt").then(up).task("load").teardown("down", setups=up))
