"""
The function before the asset that it makes.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: `@asset` decorates the function.

from __future__ import annotations

from airflow.sdk import Asset

from flowkit import materialize
from flowkit.airflow.dags import register


def make_orders() -> None:
    print("made")


register(materialize(make_orders, Asset("assets_materialize_the_wrong_way_round")))  # right: register(materialize(Asset("assets_materialize_the_wrong_way_round"), make_orders))
